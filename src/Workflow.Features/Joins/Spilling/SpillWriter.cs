using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Workflow.Features.Joins.Spilling;

/// <summary>Writes batches to one file of a <see cref="SpillFolder"/>. Not thread-safe.</summary>
internal sealed class SpillWriter : IAsyncDisposable
{
    private readonly SpillFolder _folder;
    private readonly Stream _stream;
    private readonly ArrowStreamWriter _writer;
    private readonly string _path;
    private long _rows;

    public SpillWriter(SpillFolder folder, string name, Schema schema)
    {
        (_folder, _path, Schema) = (folder, folder.File(name), schema);
        _stream = folder.Create(_path);
        _writer = new ArrowStreamWriter(_stream, schema, leaveOpen: true);
    }

    public Schema Schema { get; }

    /// <summary>Appends a batch, which is the caller's.</summary>
    public Task WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        _rows += batch.Length;
        return _folder.WriteAsync(async () =>
        {
            var before = _stream.Position;
            await _writer.WriteRecordBatchAsync(batch, cancellationToken).ConfigureAwait(false);
            return _stream.Position - before;
        });
    }

    /// <summary>Ends the file.</summary>
    /// <returns>What was written, as a table.</returns>
    public async Task<SpillTable> FinishAsync(CancellationToken cancellationToken)
    {
        await _folder.WriteAsync(async () =>
        {
            await _writer.WriteEndAsync(cancellationToken).ConfigureAwait(false);
            await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        return new SpillTable(_path, Schema, _rows);
    }

    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The buffer's last bytes have no room either: the write before said so, or the file is given up.
        }
    }
}
