using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Features.Joins.Spilling;

/// <summary>Reads one table from front to back, so many rows at a time. Not thread-safe.</summary>
internal sealed class PartCursor(TableSource table, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<RecordBatch> _batches = table.ReadAsync(null, cancellationToken).GetAsyncEnumerator(cancellationToken);
    private RecordBatch? _current;
    private int _offset;

    /// <summary>Takes the next rows.</summary>
    /// <param name="count">How many; they must be there.</param>
    /// <param name="pieces">Gets them appended, in order. The caller disposes them.</param>
    public async Task TakeAsync(int count, List<RecordBatch> pieces)
    {
        while (count > 0)
        {
            if (_current is null || _offset == _current.Length)
            {
                _current?.Dispose();
                _current = await _batches.MoveNextAsync().ConfigureAwait(false)
                    ? _batches.Current
                    : throw new InvalidOperationException($"{table.Describe()} ends {count} rows early. The label table gave other rows when it was read again.");
                _offset = 0;
            }

            var taken = Math.Min(count, _current.Length - _offset);
            pieces.Add(_current.SliceShared(_offset, taken));
            (_offset, count) = (_offset + taken, count - taken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _current?.Dispose();
        _current = null;
        await _batches.DisposeAsync().ConfigureAwait(false);
    }
}
