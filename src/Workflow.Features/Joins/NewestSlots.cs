using System.Numerics;
using System.Runtime.CompilerServices;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Finds the newest event that counts for each query without sorting the events.</summary>
/// <remarks>
/// <para>
/// An event counts for every query of its key from the first one that is not before its visible time on. So it is offered to that
/// query's slot only, which keeps the newest it was offered; at the end a query's winner is the newest of the slots up to its own.
/// An event costs a binary search in the queries of its key, whatever the number of events.
/// </para>
/// <para>Events may come in any order. Threads may add events at the same time if no two of them add events of one key.</para>
/// </remarks>
internal sealed class NewestSlots
{
    // A run of one key that is shorter is not worth a search for its slots.
    private const int ShortestRun = 4;
    private readonly LabelSlots _labels;
    private readonly long[] _times;
    private readonly long[] _ranks;
    private readonly int[] _rows;

    /// <summary>Prepares one slot a query, all empty.</summary>
    /// <param name="labels">The queries.</param>
    /// <param name="hasRanks">Whether events have ranks.</param>
    public NewestSlots(LabelSlots labels, bool hasRanks)
    {
        var count = labels.Times.Length;
        (_labels, _times, _rows) = (labels, GC.AllocateUninitializedArray<long>(count), GC.AllocateUninitializedArray<int>(count));
        _ranks = hasRanks ? GC.AllocateUninitializedArray<long>(count) : [];
        _rows.AsSpan().Fill(LatestJoin.NotFound);
    }

    /// <summary>Offers events, each to the first slot that it counts for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add<TEvent>(ReadOnlySpan<TEvent> events, long delay)
        where TEvent : struct, INewestEvent
    {
        var starts = _labels.Starts;
        var queries = _labels.Times;
        foreach (ref readonly var item in events)
        {
            var (slot, end) = (starts[item.Key], starts[item.Key + 1]);
            var visible = item.Visible(delay);

            // Lower bound whose comparison is data, not control flow.
            for (var length = end - slot; length > 0;)
            {
                var half = (length + 1) >> 1;
                var isBefore = queries[slot + half - 1] < visible ? 1 : 0;
                slot += half & -isBefore;
                length -= half;
            }

            if (slot < end)
            {
                Offer(slot, item);
            }
        }
    }

    /// <summary>Offers the rows of a batch in which many that come together are of one key and sorted by time: then the slots are looked up in the rows.</summary>
    /// <param name="keys">The number of each row's key; a negative one is passed over.</param>
    /// <param name="times">The time of each row.</param>
    /// <param name="firstRow">The number of the first row in the source.</param>
    /// <param name="delay">How long after its time an event counts.</param>
    public void AddRuns(ReadOnlySpan<int> keys, ReadOnlySpan<long> times, int firstRow, long delay)
    {
        for (var first = 0; first < keys.Length;)
        {
            var length = keys[first..].IndexOfAnyExcept(keys[first]);
            length = length < 0 ? keys.Length - first : length;
            if (keys[first] >= 0)
            {
                var run = times.Slice(first, length);
                if (length >= ShortestRun && IsSorted(run))
                {
                    AddRun(keys[first], run, firstRow + first, delay);
                }
                else
                {
                    AddEach(keys[first], run, firstRow + first, delay);
                }
            }

            first += length;
        }
    }

    /// <summary>Gives each query's winner, the event's row or a negative number of <see cref="LatestJoin"/>. The slots are used up.</summary>
    /// <param name="ttl">How old a winner may be; null for any age.</param>
    /// <param name="winners">One a query; those without a slot stay.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish(long? ttl, Span<int> winners)
    {
        var (starts, queries, rows) = (_labels.Starts, _labels.Times, _labels.Rows);
        for (var key = 0; key < _labels.Keys; key++)
        {
            var best = -1;
            for (var slot = starts[key]; slot < starts[key + 1]; slot++)
            {
                if (_rows[slot] >= 0 && (best < 0 || !IsNewer(best, slot)))
                {
                    best = slot;
                }

                winners[rows[slot]] = best < 0 ? LatestJoin.NotFound : _times[best] < queries[slot] - ttl ? LatestJoin.TooOld : _rows[best];
            }
        }
    }

    // Says whether what one slot holds is newer than what another does.
    private bool IsNewer(int slot, int than) => _times[slot] != _times[than]
        ? _times[slot] > _times[than]
        : _ranks.Length > 0 && _ranks[slot] != _ranks[than] ? _ranks[slot] > _ranks[than] : _rows[slot] > _rows[than];

    // A row without a time has the latest there is: it counts for nobody, and only the last ones of a sorted run have it.
    private static bool IsSorted(ReadOnlySpan<long> times)
    {
        var (i, isSorted) = (1, true);
        for (; i <= times.Length - Vector<long>.Count && isSorted; i += Vector<long>.Count)
        {
            isSorted = Vector.GreaterThanOrEqualAll(new Vector<long>(times[i..]), new Vector<long>(times[(i - 1)..]));
        }

        for (; i < times.Length && isSorted; i++)
        {
            isSorted = times[i] >= times[i - 1];
        }

        return isSorted;
    }

    private void AddEach(int key, ReadOnlySpan<long> times, int firstRow, long delay)
    {
        for (var i = 0; i < times.Length; i++)
        {
            if (times[i] != FeatureTime.Never)
            {
                Add([new PlainEvent(times[i], key, firstRow + i)], delay);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRun(int key, ReadOnlySpan<long> run, int firstRow, long delay)
    {
        var (slot, end) = (_labels.Starts[key], _labels.Starts[key + 1]);
        var queries = _labels.Times;
        var counted = 0;
        for (; slot < end && counted < run.Length; slot++)
        {
            // The last event that counts for this slot; again without branches.
            var query = queries[slot] - delay;
            for (var length = run.Length - counted; length > 0;)
            {
                var half = (length + 1) >> 1;
                var counts = run[counted + half - 1] <= query ? 1 : 0;
                counted += half & -counts;
                length -= half;
            }

            if (counted > 0)
            {
                Offer(slot, new PlainEvent(run[counted - 1], key, firstRow + counted - 1));
            }
        }
    }

    private void Offer<TEvent>(int slot, in TEvent item)
        where TEvent : struct, INewestEvent
    {
        var row = _rows[slot];
        if (row >= 0 && _times[slot] >= item.Time)
        {
            if (_times[slot] > item.Time)
            {
                return;
            }

            if (_ranks.Length > 0 && _ranks[slot] != item.Rank ? _ranks[slot] > item.Rank : row > item.Row)
            {
                return;
            }
        }

        (_times[slot], _rows[slot]) = (item.Time, item.Row);
        if (_ranks.Length > 0)
        {
            _ranks[slot] = item.Rank;
        }
    }
}
