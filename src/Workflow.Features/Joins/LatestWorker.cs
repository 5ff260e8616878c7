using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Finds the newest events of one key after the other. Not thread-safe; create one per partition.</summary>
internal sealed class LatestWorker(ViewEvents events, long[] queryTimes, int[] winners)
{
    private readonly long? _ttl = events.View.TimeToLive is { } ttl ? FeatureTime.Microseconds(ttl) : null;
    private long[] _visible = [];
    private int[] _events = [];
    private long[] _queries = [];
    private int[] _rows = [];
    private long[] _spareTimes = [];
    private int[] _spareItems = [];

    /// <summary>Writes the winners of one key's output rows.</summary>
    /// <param name="eventRows">The key's events, in source order.</param>
    /// <param name="queryRows">The key's output rows.</param>
    public void Run(ReadOnlySpan<int> eventRows, ReadOnlySpan<int> queryRows)
    {
        if (queryRows.IsEmpty || eventRows.IsEmpty)
        {
            return;
        }

        Reserve(eventRows.Length, queryRows.Length);
        var times = events.Times;
        var available = events.Available;
        var ranks = events.Ranks;
        var rule = events.View.AtEqualTime;
        for (var i = 0; i < eventRows.Length; i++)
        {
            _visible[i] = EventRows.Visible(times[eventRows[i]], available[eventRows[i]], rule);
        }

        for (var j = 0; j < queryRows.Length; j++)
        {
            _queries[j] = queryTimes[queryRows[j]];
        }

        eventRows.CopyTo(_events);
        queryRows.CopyTo(_rows);
        StableTimeSort.Sort(_visible.AsSpan(0, eventRows.Length), _events.AsSpan(0, eventRows.Length), _spareTimes, _spareItems);
        StableTimeSort.Sort(_queries.AsSpan(0, queryRows.Length), _rows.AsSpan(0, queryRows.Length), _spareTimes, _spareItems);
        var (added, best) = (0, LatestJoin.NotFound);
        for (var j = 0; j < queryRows.Length; j++)
        {
            for (; added < eventRows.Length && _visible[added] <= _queries[j]; added++)
            {
                best = best < 0 || IsNewer(_events[added], best, times, ranks) ? _events[added] : best;
            }

            winners[_rows[j]] = best >= 0 && times[best] < _queries[j] - _ttl ? LatestJoin.TooOld : best;
        }
    }

    private static bool IsNewer(int row, int than, ReadOnlySpan<long> times, ReadOnlySpan<long> ranks) => times[row] != times[than]
        ? times[row] > times[than]
        : ranks[row] != ranks[than] ? ranks[row] > ranks[than] : row > than;

    private void Reserve(int events, int queries)
    {
        Grow(ref _visible, events);
        Grow(ref _events, events);
        Grow(ref _queries, queries);
        Grow(ref _rows, queries);
        Grow(ref _spareTimes, Math.Max(events, queries));
        Grow(ref _spareItems, Math.Max(events, queries));
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>(Math.Max(length, 2 * array.Length));
        }
    }
}
