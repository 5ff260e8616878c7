using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

/// <summary>Tables of many files, and of streams that the host supplies.</summary>
public sealed class TableSourcesTests
{
    private static readonly Schema Pair = new([new("a", Int64Type.Default, false), new("b", StringType.Default, true)], null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_of_Parquet_files_is_one_table_in_the_order_of_its_paths()
    {
        using var folder = new TemporaryFolder();
        foreach (var (path, value) in new[] { ("b.parquet", 3L), ("a/z.parquet", 2), ("B.parquet", 1), ("_old/x.parquet", 9), (".hidden.parquet", 9), ("notes.txt", 9) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(path))!);
            using var table = new BatchTable(Pair, [Rows(value)]);
            await ParquetTable.WriteAsync(folder.File(path), table, cancellationToken: Cancel);
        }

        var source = await ParquetFolder.OpenAsync(folder.File("."), null, Cancel);
        Assert.Equal((3, 3L), (source.Paths.Length, source.RowCount));
        Assert.Equal([1L, 2, 3], await ReadAsync(source));
        Assert.Equal([1L, 2, 3], await ReadAsync(source, "a"));
    }

    [Fact]
    public async Task A_file_with_other_columns_is_refused_by_name_and_nullability_widens()
    {
        using var folder = new TemporaryFolder();
        using (var table = new BatchTable(Pair, [Rows(1)]))
        {
            await ParquetTable.WriteAsync(folder.File("a.parquet"), table, cancellationToken: Cancel);
        }

        var nullable = new Schema([new("b", StringType.Default, true), new("a", Int64Type.Default, true)], null);
        using (var table = new BatchTable(nullable, [new RecordBatch(nullable, [new StringArray.Builder().Append("x").Build(), new Int64Array.Builder().AppendNull().Build()], 1)]))
        {
            await ParquetTable.WriteAsync(folder.File("b.parquet"), table, cancellationToken: Cancel);
        }

        var source = await ParquetFolder.OpenAsync(folder.File("."), null, Cancel);
        Assert.True(source.Schema.GetFieldByName("a").IsNullable);
        Assert.Equal([1L, null], await ReadAsync(source));
        var other = new Schema([new("a", DoubleType.Default, false), new("c", StringType.Default, true)], null);
        using (var table = new BatchTable(other, [new RecordBatch(other, [new DoubleArray.Builder().Append(1).Build(), new StringArray.Builder().Append("x").Build()], 1)]))
        {
            await ParquetTable.WriteAsync(folder.File("c.parquet"), table, cancellationToken: Cancel);
        }

        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(() => ParquetFolder.OpenAsync(folder.File("."), null, Cancel));
        Assert.Equal([("a", "int64", "double, not null"), ("b", "utf8", null), ("c", null, "utf8")], fault.Differences.Select(static d => (d.Column, d.Expected, d.Actual)));
        Assert.Contains("c.parquet", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_or_empty_is_refused()
    {
        using var folder = new TemporaryFolder();
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ParquetFolder.OpenAsync(folder.File("none"), null, Cancel));
        await Assert.ThrowsAsync<InvalidDataException>(() => ParquetFolder.OpenAsync(folder.File("."), null, Cancel));
    }

    [Fact]
    public async Task A_stream_is_enumerated_once_a_pass_and_its_batches_are_let_go()
    {
        var allocator = new CountingAllocator();
        var passes = 0;

        async IAsyncEnumerable<RecordBatch> Stream([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            passes++;
            for (var value = 1L; value <= 3; value++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                yield return new RecordBatch(Pair, [new Int64Array.Builder().Append(value).Build(allocator), new StringArray.Builder().Append("x").Build(allocator)], 1);
            }
        }

        var source = new StreamedTable(Pair, Stream(), "numbers");
        Assert.Equal([1L, 2, 3], await ReadAsync(source, "a"));
        Assert.Equal([1L, 2, 3], await ReadAsync(source));
        Assert.Equal(2, passes);
        allocator.RequireEmpty();
    }

    [Fact]
    public async Task A_batch_of_another_schema_ends_the_pass()
    {
        static async IAsyncEnumerable<RecordBatch> Stream()
        {
            await Task.Yield();
            yield return Rows(1);
            var schema = new Schema([new("a", Int32Type.Default, false)], null);
            yield return new RecordBatch(schema, [new Int32Array.Builder().Append(1).Build()], 1);
        }

        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(() => ReadAsync(new StreamedTable(Pair, Stream(), "numbers of the till")));
        Assert.Equal(["a", "b"], fault.Differences.Select(static d => d.Column));
        Assert.Contains("numbers of the till", fault.Message, StringComparison.Ordinal);
    }

    private static RecordBatch Rows(long value) => new(Pair, [new Int64Array.Builder().Append(value).Build(), new StringArray.Builder().Append("x").Build()], 1);

    private static async Task<List<long?>> ReadAsync(TableSource source, params string[] columns)
    {
        var values = new List<long?>();
        await foreach (var batch in source.ReadAsync(columns.Length == 0 ? null : columns, Cancel))
        {
            using (batch)
            {
                values.AddRange(((Int64Array)batch.Column("a")).ToArray());
            }
        }

        return values;
    }
}
