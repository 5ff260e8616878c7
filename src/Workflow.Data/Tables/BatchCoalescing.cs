using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables;

/// <summary>Turns a stream of batches of any size into batches of about one size.</summary>
public static class BatchCoalescing
{
    /// <summary>Joins small batches and cuts large ones.</summary>
    /// <param name="batches">Batches of one schema. Taken over: each is disposed as soon as nothing of it is needed.</param>
    /// <param name="rows">The most rows of a batch given; at least 1. Default: 65,536.</param>
    /// <param name="allocator">Where joined batches live; null for Arrow's native allocator.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>
    /// Batches that the reader disposes. A batch of more than half of <paramref name="rows"/> and no more than that is passed on as
    /// it is; a larger one is cut into shared slices without a copy; smaller ones are copied into one. Empty batches disappear.
    /// </returns>
    public static async IAsyncEnumerable<RecordBatch> CoalesceAsync(
        IAsyncEnumerable<RecordBatch> batches,
        int rows = TableSource.DefaultBatchRows,
        MemoryAllocator? allocator = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);

        var pending = new List<RecordBatch>();
        var pendingRows = 0;
        try
        {
            await foreach (var batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                using var rest = new Rest(batch);
                while (rest.Rows > 0)
                {
                    // Fill up what is pending; otherwise the largest piece that fits.
                    var part = rest.Take(Math.Min(rows - pendingRows, rest.Rows));
                    pending.Add(part);
                    pendingRows += part.Length;
                    if (pendingRows > rows / 2)
                    {
                        pendingRows = 0;
                        yield return Join(pending, allocator);
                    }
                }
            }

            if (pending.Count > 0)
            {
                yield return Join(pending, allocator);
            }
        }
        finally
        {
            pending.ForEach(b => b.Dispose());
        }
    }

    /// <summary>Joins batches into one and disposes them.</summary>
    private static RecordBatch Join(List<RecordBatch> pending, MemoryAllocator? allocator)
    {
        if (pending.Count == 1)
        {
            var only = pending[0];
            pending.Clear();
            return only;
        }

        var arrays = new List<IArrowArray>();
        try
        {
            for (var column = 0; column < pending[0].ColumnCount; column++)
            {
                arrays.Add(ArrowArrayConcatenator.Concatenate([.. pending.Select(b => b.Column(column))], allocator));
            }

            var joined = new RecordBatch(pending[0].Schema, arrays, pending.Sum(b => b.Length));
            pending.ForEach(b => b.Dispose());
            pending.Clear();
            return joined;
        }
        catch
        {
            arrays.ForEach(a => a.Dispose());
            throw;
        }
    }

    /// <summary>What is left of a batch that is being cut.</summary>
    private sealed class Rest(RecordBatch batch) : IDisposable
    {
        private bool _isGiven;
        private int _start;

        public int Rows => _isGiven ? 0 : batch.Length - _start;

        public RecordBatch Take(int rows)
        {
            if (_start == 0 && rows == batch.Length)
            {
                _isGiven = true;
                return batch;
            }

            var part = batch.SliceShared(_start, rows);
            _start += rows;
            return part;
        }

        public void Dispose()
        {
            if (!_isGiven)
            {
                batch.Dispose();
            }
        }
    }
}
