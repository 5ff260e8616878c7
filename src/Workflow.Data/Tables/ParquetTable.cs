using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using Workflow.Data.Tables.Parquet;

namespace Workflow.Data.Tables;

/// <summary>A table in a Parquet file. Safe for concurrent use: every pass opens the file for itself.</summary>
/// <remarks>
/// <para>Types: booleans; integers of 8 to 64 bits, signed or not; float16, float, double; decimals to 38 digits as
/// <c>decimal128</c>; <c>date32</c>; times; text (string, enum, JSON) as <c>utf8</c>; bytes. A timestamp of any resolution, also
/// INT96, becomes <c>timestamp[us, UTC]</c>: nanoseconds are rounded down, and a timestamp without zone is read as UTC.</para>
/// <para>A pass holds one page of each wanted column and one batch, never a row group; columns not wanted are not read.
/// Batches do not end at row groups, unless <see cref="ParquetReadOptions.DictionaryStrings"/> is set.</para>
/// <para>Encodings: plain, dictionary, run length, the delta encodings, byte-stream split. Codecs: none, Snappy, Gzip,
/// Brotli, Zstandard, LZ4_RAW. Anything else is a <see cref="NotSupportedException"/> that names it.</para>
/// <para>The file is taken as hostile: counts and lengths are checked before memory is allocated, a page may have
/// 256 MiB and a column of one batch 512 MiB.</para>
/// </remarks>
public sealed class ParquetTable : TableSource
{
    private const int MaximumBatchRows = 1 << 24;
    private readonly ImmutableArray<ParquetColumn> _columns;
    private readonly ParquetFooter _footer;
    private readonly UInt128 _identity;
    private readonly int _batchRows;
    private readonly MemoryAllocator _allocator;

    private ParquetTable(string path, ParquetFooter footer, UInt128 identity, ParquetReadOptions options)
    {
        (Path, _footer, _identity, _batchRows) = (path, footer, identity, options.BatchRows);
        _allocator = options.Allocator ?? MemoryAllocator.Default.Value;
        _columns = ParquetSchema.Map(footer, Describe());
        if (options.DictionaryStrings)
        {
            _columns = [.. _columns.Select(AsDictionary)];
        }

        Schema = new Schema(_columns.Select(c => c.Field), metadata: null);
    }

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override long? RowCount => _footer.RowCount;

    /// <summary>Gets the file, as it was named when it was opened.</summary>
    public string Path { get; }

    /// <summary>Reads and checks a file's footer. The file is not held open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Null for the defaults. Copied.</param>
    /// <param name="cancellationToken">Observed before the file is opened.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CorruptTableException">It is truncated, damaged or no Parquet file.</exception>
    /// <exception cref="SchemaMismatchException">It has nested or repeated columns, or types without an Arrow column here; all are listed.</exception>
    public static Task<ParquetTable> OpenAsync(string path, ParquetReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ParquetReadOptions();
        if (options.BatchRows is < 1 or > MaximumBatchRows)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.BatchRows, $"{nameof(ParquetReadOptions.BatchRows)} must be from 1 to {MaximumBatchRows}.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var file = TableFile.Open(path);
        try
        {
            var (footer, identity) = ParquetFile.ReadFooter(file);
            return Task.FromResult(new ParquetTable(path, footer, identity, options));
        }
        catch (Exception e) when (e is MalformedException or OverflowException)
        {
            throw Corrupt(path, "footer", e);
        }
    }

    /// <summary>Writes a table to a Parquet file, which appears whole or not at all.</summary>
    /// <param name="path">The target; replaced when it exists.</param>
    /// <param name="table">The rows. May be a table of the very file that is replaced.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">The target stays as it was when cancelled.</param>
    /// <exception cref="SchemaMismatchException">Columns have types that cannot be written; all are listed.</exception>
    public static Task WriteAsync(string path, TableSource table, ParquetWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        return ParquetFileWriter.WriteAsync(path, table.Schema, table.ReadAsync(null, cancellationToken), options ?? new ParquetWriteOptions(), cancellationToken);
    }

    /// <summary>Writes a stream of batches to a Parquet file, which appears whole or not at all.</summary>
    /// <param name="path">The target; replaced when it exists.</param>
    /// <param name="schema">The schema of every batch.</param>
    /// <param name="batches">The rows. Each batch is disposed when it is written.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">The target stays as it was when cancelled.</param>
    /// <exception cref="SchemaMismatchException">Columns have types that cannot be written, or a batch differs from <paramref name="schema"/>; all are listed.</exception>
    public static Task WriteStreamAsync(string path, Schema schema, IAsyncEnumerable<RecordBatch> batches, ParquetWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ParquetFileWriter.WriteAsync(path, schema, batches, options ?? new ParquetWriteOptions(), cancellationToken);

    /// <inheritdoc/>
    public override string Describe() => $"Parquet file '{Path}'";

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var scan = OpenScan(columns);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RecordBatch? batch;
            try
            {
                batch = await scan.NextAsync(_batchRows, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is MalformedException or OverflowException)
            {
                throw Corrupt(Path, scan.Location, e);
            }

            if (batch is null)
            {
                yield break;
            }

            yield return batch;
        }
    }

    private static ParquetColumn AsDictionary(ParquetColumn column) => column.Field.DataType is StringType
        ? column with { Field = new Field(column.Field.Name, new DictionaryType(Int32Type.Default, StringType.Default, ordered: false), column.Field.IsNullable) }
        : column;

    private static CorruptTableException Corrupt(string path, string location, Exception cause) => cause is MalformedException e
        ? new CorruptTableException(path, location, e.Expected, e.Actual)
        : new CorruptTableException(path, location, "counts that fit into memory", "larger ones");

    private ParquetScan OpenScan(ImmutableArray<int> columns)
    {
        var file = TableFile.Open(Path);
        try
        {
            if (ParquetFile.Identify(file) != _identity)
            {
                throw new MalformedException("the footer that was read when the table was opened", "another: the file was replaced since");
            }

            return new ParquetScan(file, _footer, [.. columns.Select(i => (i, _columns[i]))], _allocator);
        }
        catch (MalformedException e)
        {
            file.Dispose();
            throw Corrupt(Path, "footer", e);
        }
    }
}
