using Workflow.Features.Aggregation;
using Workflow.Features.Joins;

namespace Workflow.Features.Online;

/// <summary>Looks through the events of one key after the other, where states do not help. Not thread-safe.</summary>
internal sealed class OnlineScan(OnlineEvents events, OnlineStates states)
{
    private int[] _counted = new int[64];
    private int[] _some = new int[64];

    /// <summary>Finds the events of the longest window that count, in the order of time.</summary>
    /// <returns>How many there are; they are held for <see cref="Compute"/>.</returns>
    public int Counted(OnlineKey key, long query)
    {
        var slots = key.Slots;
        if (_counted.Length < slots.Length)
        {
            (_counted, _some) = (new int[2 * slots.Length], new int[2 * slots.Length]);
        }

        var count = 0;
        for (var position = states.LongestWindow is { } longest ? key.LowerBound(query - longest, events.Times) : 0; position < slots.Length && events.Times[slots[position]] <= query; position++)
        {
            if (events.CountsAt(slots[position], query))
            {
                _counted[count++] = slots[position];
            }
        }

        return count;
    }

    /// <summary>Computes a feature from the first events that were found.</summary>
    public FeatureValue Compute(OnlineKey key, OnlineFeature feature, int counted, long query)
    {
        var slots = _counted.AsSpan(0, counted);
        if (feature.Window is { } window)
        {
            var first = 0;
            while (first < counted && events.Times[slots[first]] < query - window)
            {
                first++;
            }

            slots = slots[first..];
        }

        if (feature.Condition >= 0)
        {
            var exists = events.Exists[feature.Condition];
            var some = 0;
            foreach (var slot in slots)
            {
                _some[some] = slot;
                some += exists[slot] ? 1 : 0;
            }

            slots = _some.AsSpan(0, some);
        }

        states.Bind(feature);
        return feature.Dropped is { } dropped && key.Dropped >= 0
            ? dropped.Compute(key.Dropped, slots, events.Times, feature.Inputs, query)
            : feature.Plain.Compute(-1, slots, events.Times, feature.Inputs, query);
    }

    /// <summary>Finds the newest event that counts and fulfils a condition; negative where there is none.</summary>
    public int Newest(OnlineKey key, long query, int condition)
    {
        var slots = key.Slots;
        var newest = LatestJoin.NotFound;
        for (var position = slots.Length - 1; position >= 0 && (newest < 0 || events.Times[slots[position]] == events.Times[newest]); position--)
        {
            var slot = slots[position];
            if (events.CountsAt(slot, query) && (condition < 0 || events.Exists[condition][slot]) && (newest < 0 || events.IsNewer(slot, newest)))
            {
                newest = slot;
            }
        }

        return newest;
    }
}
