using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Memory;
using Workflow.Data.Storage;
using Workflow.Data.Tables.Ipc;
using Workflow.Data.Tables.Parquet;

namespace Workflow.Data.Tables;

/// <summary>A table in an Arrow IPC file or a stored IPC stream. Safe for concurrent use: every pass opens the file for itself.</summary>
/// <remarks>
/// <para>Batches come as they were written. Columns: fixed width, text, bytes, dictionary-encoded text, lists and fixed-size lists of numbers; uncompressed.
/// A pass reads whole batches, also when only some columns are wanted.</para>
/// <para>A stored stream that was cut between two messages cannot be told from a whole one, a file can.</para>
/// <para>The file is taken as hostile: lengths, offsets, indices and text are checked before a batch is given.</para>
/// </remarks>
public sealed class ArrowIpcTable : TableSource
{
    private readonly MemoryAllocator _allocator;
    private readonly bool _isFile;

    private ArrowIpcTable(string path, Schema schema, bool isFile, MemoryAllocator allocator) => (Path, Schema, _isFile, _allocator) = (path, schema, isFile, allocator);

    private static ReadOnlySpan<byte> Magic => "ARROW1\0\0"u8;

    private static ReadOnlySpan<byte> EndMagic => "ARROW1"u8;

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <summary>Gets null: only reading counts the rows.</summary>
    public override long? RowCount => null;

    /// <summary>Gets the file, as it was named when it was opened.</summary>
    public string Path { get; }

    /// <summary>Reads the schema of a file. The file is not held open.</summary>
    /// <param name="path">The file, in the file or the stream format.</param>
    /// <param name="allocator">Where batches live; null for Arrow's native allocator.</param>
    /// <param name="cancellationToken">Passed to reading the schema.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CorruptTableException">It is truncated, damaged or no Arrow file.</exception>
    /// <exception cref="SchemaMismatchException">It has columns of other types; all are listed.</exception>
    public static async Task<ArrowIpcTable> OpenAsync(string path, MemoryAllocator? allocator = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        allocator ??= MemoryAllocator.Default.Value;
        var isFile = await IsFileAsync(path, cancellationToken).ConfigureAwait(false);
        using var reader = OpenReader(path, isFile, allocator);
        var schema = await GuardAsync(path, "schema", async () => await reader.GetSchema(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false)
            ?? throw new CorruptTableException(path, "schema", "a schema", "the end of the file");
        var bad = schema.FieldsList.Where(f => !ArrayValidator.Knows(f.DataType))
            .Select(f => new SchemaDifference(f.Name, "a column of fixed width, text, bytes, dictionary-encoded text, lists or fixed-size lists of numbers", TableSchema.Describe(f)))
            .Concat(schema.FieldsList.GroupBy(f => f.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => new SchemaDifference(g.Key, "one column of each name", $"{g.Count()} of this name")))
            .ToImmutableArray();
        return bad.IsEmpty ? new ArrowIpcTable(path, schema, isFile, allocator) : throw new SchemaMismatchException($"Arrow file '{path}'", bad);
    }

    /// <summary>Writes a table to a file in the IPC file format, which appears whole or not at all.</summary>
    /// <param name="path">The target; replaced when it exists.</param>
    /// <param name="table">The rows.</param>
    /// <param name="cancellationToken">The target stays as it was when cancelled.</param>
    public static Task WriteAsync(string path, TableSource table, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(table);
        return AtomicFile.WriteAsync(path, (stream, token) => WriteAsync(stream, table, token), cancellationToken);
    }

    /// <inheritdoc/>
    public override string Describe() => $"Arrow file '{Path}'";

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = BatchTable.Project(Schema, columns);
        using var reader = OpenReader(Path, _isFile, _allocator);
        for (var number = 0L; ; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = await GuardAsync(Path, $"batch {number}", () => ReadAsync(reader, Schema.FieldsList.Count, cancellationToken)).ConfigureAwait(false);
            if (batch is null)
            {
                yield break;
            }

            yield return Select(batch, schema, columns);
        }
    }

    private static async Task WriteAsync(Stream stream, TableSource table, CancellationToken cancellationToken)
    {
        using var writer = new ArrowFileWriter(stream, table.Schema, leaveOpen: true);
        await writer.WriteStartAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var batch in table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                await writer.WriteRecordBatchAsync(batch, cancellationToken).ConfigureAwait(false);
            }
        }

        await writer.WriteEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> IsFileAsync(string path, CancellationToken cancellationToken)
    {
        var stream = TableFile.OpenStream(path);
        await using (stream.ConfigureAwait(false))
        {
            var head = new byte[Magic.Length];
            var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read < head.Length)
            {
                throw new CorruptTableException(path, "start", $"an Arrow file of at least {head.Length} bytes", $"{read} bytes");
            }

            if (!head.AsSpan().SequenceEqual(Magic))
            {
                return false;
            }

            // A file that was cut between two messages would look whole but for this.
            stream.Position = stream.Length - EndMagic.Length;
            var end = new byte[EndMagic.Length];
            await stream.ReadExactlyAsync(end, cancellationToken).ConfigureAwait(false);
            return end.AsSpan().SequenceEqual(EndMagic) && stream.Length > Magic.Length + EndMagic.Length
                ? true
                : throw new CorruptTableException(path, "end", "'ARROW1' at both ends of an Arrow file", $"0x{Convert.ToHexString(end)}: it is cut off");
        }
    }

    // Between its magic and its footer a file is a stream of messages.
    private static ArrowStreamReader OpenReader(string path, bool isFile, MemoryAllocator allocator)
    {
        var stream = TableFile.OpenStream(path);
        stream.Position = isFile ? Magic.Length : 0;
        return new ArrowStreamReader(new IpcGuardStream(stream), allocator, leaveOpen: false);
    }

    private static async Task<RecordBatch?> ReadAsync(ArrowStreamReader reader, int columns, CancellationToken cancellationToken)
    {
        var batch = await reader.ReadNextRecordBatchAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (batch is not null && batch.ColumnCount != columns)
            {
                throw new MalformedException($"{columns} columns", $"{batch.ColumnCount}");
            }

            for (var i = 0; i < batch?.ColumnCount; i++)
            {
                ArrayValidator.Check(batch.Column(i).Data, batch.Length);
            }

            return batch;
        }
        catch
        {
            batch?.Dispose();
            throw;
        }
    }

    // The columns of a batch from Arrow's reader are views of one block that only the batch owns: a shared slice of such a column
    // does not keep it alive. Each column given gets memory of its own.
    private RecordBatch Select(RecordBatch batch, Schema schema, ImmutableArray<int> columns)
    {
        var arrays = new List<IArrowArray>(columns.Length);
        try
        {
            using (batch)
            {
                foreach (var i in columns)
                {
                    arrays.Add(ArrowArrayFactory.BuildArray(batch.Column(i).Data.Clone(_allocator)));
                }

                return new RecordBatch(schema, arrays, batch.Length);
            }
        }
        catch
        {
            arrays.ForEach(a => a.Dispose());
            throw;
        }
    }

    private static async Task<TResult> GuardAsync<TResult>(string path, string location, Func<Task<TResult>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (MalformedException e)
        {
            throw new CorruptTableException(path, location, e.Expected, e.Actual);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or InvalidDataException or InvalidCastException
            or OverflowException or NullReferenceException or InvalidOperationException or EndOfStreamException or KeyNotFoundException
            || e.GetType() == typeof(Exception))
        {
            // What Arrow's reader throws at bytes that no writer makes.
            throw new CorruptTableException(path, location, "a valid Arrow message", $"one that Arrow's reader fails at ({e.GetType().Name}: {e.Message})");
        }
    }
}
