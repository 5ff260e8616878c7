using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Finds the newest events of keys some of whose events count for a while only: an older one steps in when a newer one ends. Not thread-safe; create one per partition.</summary>
internal sealed class VersionedLatestWorker(ViewEvents events, long[] queryTimes, int[] winners)
{
    private readonly long? _ttl = events.View.TimeToLive is { } ttl ? FeatureTime.Microseconds(ttl) : null;
    private readonly PriorityQueue<int, (long Time, long Rank, int Row)> _newest = new();

    /// <summary>Writes the winners of one key's output rows.</summary>
    /// <param name="eventRows">The key's events, in source order.</param>
    /// <param name="queryRows">The key's output rows.</param>
    public void Run(ReadOnlySpan<int> eventRows, ReadOnlySpan<int> queryRows)
    {
        var byVisibility = eventRows.ToArray();
        var visible = Array.ConvertAll(byVisibility, row => EventRows.Visible(events.Times[row], events.Available[row], events.View.AtEqualTime));
        Array.Sort(visible, byVisibility);
        var rows = queryRows.ToArray();
        var queries = Array.ConvertAll(rows, row => queryTimes[row]);
        Array.Sort(queries, rows);
        _newest.Clear();
        var added = 0;
        for (var j = 0; j < rows.Length; j++)
        {
            for (; added < byVisibility.Length && visible[added] <= queries[j]; added++)
            {
                // The queue gives the smallest first: ~ turns the order round.
                var row = byVisibility[added];
                _newest.Enqueue(row, (~events.Times[row], ~events.Ranks[row], ~row));
            }

            // What has ended never counts again.
            while (_newest.TryPeek(out var top, out _) && events.Until(top) <= queries[j])
            {
                _newest.Dequeue();
            }

            winners[rows[j]] = !_newest.TryPeek(out var best, out _) ? LatestJoin.NotFound
                : events.Times[best] < queries[j] - _ttl ? LatestJoin.TooOld
                : best;
        }
    }
}
