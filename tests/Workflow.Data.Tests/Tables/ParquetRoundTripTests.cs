using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class ParquetRoundTripTests
{
    [Fact]
    public Task Every_type_survives_with_any_row_groups_batches_and_encodings() =>
        Gen.Select(Gen.Long, Gen.Int[0, 3000], Gen.Int[1, 4], Gen.Int[1, 4000], Gen.Int[1, 4000], Gen.Bool, Gen.Int[0, 5])
            .SampleAsync(
                async (seed, rows, batches, groupRows, batchRows, every, level) =>
                {
                    using var folder = new TemporaryFolder();
                    using var table = RandomTables.Create(seed, rows, batches);
                    var path = folder.File("t.parquet");
                    await ParquetTable.WriteAsync(path, table, new ParquetWriteOptions { RowGroupRows = groupRows, TryEveryEncoding = every, CompressionLevel = level });

                    var allocator = new CountingAllocator();
                    var read = await ParquetTable.OpenAsync(path, new ParquetReadOptions { BatchRows = batchRows, Allocator = allocator });
                    Assert.Empty(TableSchema.Compare(table.Schema, read.Schema));
                    Assert.Empty(TableSchema.Compare(read.Schema, table.Schema));
                    Assert.Equal(rows, read.RowCount);
                    TableValues.AssertEqual(await TableValues.ReadAsync(table), await TableValues.ReadAsync(read));
                    allocator.RequireEmpty();
                },
                iter: 40);

    [Fact]
    public async Task Batches_are_full_except_the_last_whatever_the_row_groups_are()
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(1, 1000, 1, [Int64Type.Default, StringType.Default]);
        await ParquetTable.WriteAsync(folder.File("t.parquet"), table, new ParquetWriteOptions { RowGroupRows = 33 });

        var read = await ParquetTable.OpenAsync(folder.File("t.parquet"), new ParquetReadOptions { BatchRows = 100 });
        var lengths = new List<int>();
        await foreach (var batch in read.ReadAsync())
        {
            using (batch)
            {
                lengths.Add(batch.Length);
            }
        }

        Assert.Equal(Enumerable.Repeat(100, 10), lengths);
    }

    [Fact]
    public async Task Columns_come_in_the_order_asked_for()
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(2, 500, 1);
        await ParquetTable.WriteAsync(folder.File("t.parquet"), table);

        var read = await ParquetTable.OpenAsync(folder.File("t.parquet"));
        TableValues.AssertEqual(await TableValues.ReadAsync(table, ["r11", "n3"]), await TableValues.ReadAsync(read, ["r11", "n3"]));
        var error = Assert.Throws<SchemaMismatchException>(() => read.ReadAsync(["r11", "no", "neither"]));
        Assert.Equal(["no", "neither"], error.Differences.Select(d => d.Column));
    }

    [Fact]
    public async Task Equal_rows_give_equal_bytes_however_they_were_batched()
    {
        using var folder = new TemporaryFolder();
        using var whole = RandomTables.Create(3, 2000, 1);
        using var schemaSource = RandomTables.Create(3, 2000, 1);
        using var pieces = new BatchTable(whole.Schema, await SlicesAsync(schemaSource, 37));
        var options = new ParquetWriteOptions { RowGroupRows = 777 };
        await ParquetTable.WriteAsync(folder.File("a.parquet"), whole, options);
        await ParquetTable.WriteAsync(folder.File("b.parquet"), pieces, options);

        Assert.Equal(await File.ReadAllBytesAsync(folder.File("a.parquet"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(folder.File("b.parquet"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Text_can_be_read_as_a_dictionary_whether_the_file_has_one_or_not()
    {
        using var folder = new TemporaryFolder();
        foreach (var (seed, every) in new[] { (4L, false), (5L, false), (6L, true), (7L, true), (8L, false) })
        {
            using var table = RandomTables.Create(seed, 1500, 2, [StringType.Default, StringType.Default, Int32Type.Default]);
            await ParquetTable.WriteAsync(folder.File("t.parquet"), table, new ParquetWriteOptions { RowGroupRows = 400, TryEveryEncoding = every });

            var allocator = new CountingAllocator();
            var read = await ParquetTable.OpenAsync(folder.File("t.parquet"), new ParquetReadOptions { DictionaryStrings = true, BatchRows = 150, Allocator = allocator });
            Assert.All(read.Schema.FieldsList.Take(4), f => Assert.IsType<DictionaryType>(f.DataType));
            TableValues.AssertEqual(await TableValues.ReadAsync(table), await TableValues.ReadAsync(read));
            allocator.RequireEmpty();
            Assert.Equal(await TableDigest.ComputeAsync(table), await TableDigest.ComputeAsync(read));
        }
    }

    [Fact]
    public async Task A_dictionary_column_is_written_as_its_texts()
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(9, 900, 1, [StringType.Default]);
        await ParquetTable.WriteAsync(folder.File("a.parquet"), table);
        var asDictionary = await ParquetTable.OpenAsync(folder.File("a.parquet"), new ParquetReadOptions { DictionaryStrings = true });
        await ParquetTable.WriteAsync(folder.File("b.parquet"), asDictionary);

        Assert.Equal(await File.ReadAllBytesAsync(folder.File("a.parquet"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(folder.File("b.parquet"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_empty_table_has_its_schema_and_no_batches()
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(1, 0, 1);
        await ParquetTable.WriteAsync(folder.File("t.parquet"), table);

        var read = await ParquetTable.OpenAsync(folder.File("t.parquet"));
        Assert.Equal(0, read.RowCount);
        Assert.Empty(TableSchema.Compare(table.Schema, read.Schema));
        Assert.Empty(await TableValues.ReadAsync(read));
    }

    [Fact]
    public async Task Types_that_cannot_be_written_are_all_listed_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        var schema = new Schema([new Field("list", new ListType(Int32Type.Default), true), new Field("ok", Int32Type.Default, true), new Field("map", new StructType([new Field("a", Int32Type.Default, true)]), true)], null);
        using var table = new BatchTable(schema, []);
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => ParquetTable.WriteAsync(folder.File("t.parquet"), table));
        Assert.Equal(["list", "map"], error.Differences.Select(d => d.Column));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_null_in_a_column_declared_without_any_is_refused_and_the_old_file_stays()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("t.parquet");
        await File.WriteAllTextAsync(path, "old", TestContext.Current.CancellationToken);
        var schema = new Schema([new Field("x", Int32Type.Default, false)], null);
        using var table = new BatchTable(schema, [new RecordBatch(schema, [new Int32Array.Builder().Append(1).AppendNull().Build()], 2)]);

        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => ParquetTable.WriteAsync(path, table));
        Assert.Equal("x", Assert.Single(error.Differences).Column);
        Assert.Equal("old", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Timestamps_of_other_units_are_written_as_microseconds()
    {
        using var folder = new TemporaryFolder();
        var units = new[] { TimeUnit.Second, TimeUnit.Millisecond, TimeUnit.Microsecond, TimeUnit.Nanosecond };
        var schema = new Schema([.. units.Select(u => new Field(u.ToString(), new TimestampType(u, (string?)null), false))], null);
        long[] values = [-1, 1_001];
        var columns = units.Select(u => ArrowArrayFactory.BuildArray(new ArrayData(new TimestampType(u, (string?)null), 2, 0, 0, new[] { ArrowBuffer.Empty, new ArrowBuffer.Builder<long>().AppendRange(values).Build() })));
        using var table = new BatchTable(schema, [new RecordBatch(schema, columns, 2)]);
        await ParquetTable.WriteAsync(folder.File("t.parquet"), table);

        var rows = await TableValues.ReadAsync(await ParquetTable.OpenAsync(folder.File("t.parquet")));
        Assert.Equal(["-1000000", "-1000", "-1", "-1"], rows[0]);
        Assert.Equal(["1001000000", "1001000", "1001", "1"], rows[1]);
    }

    private static async Task<List<RecordBatch>> SlicesAsync(TableSource table, int rows)
    {
        var slices = new List<RecordBatch>();
        await foreach (var batch in table.ReadAsync())
        {
            using (batch)
            {
                for (var start = 0; start < batch.Length; start += rows)
                {
                    slices.Add(batch.SliceShared(start, Math.Min(rows, batch.Length - start)));
                }
            }
        }

        return slices;
    }
}
