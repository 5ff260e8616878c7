using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>The versions of each event of a view, linked slot by slot in the order in which they replace each other. Not thread-safe.</summary>
internal sealed class OnlineVersions(FeatureView view, OnlineEvents events)
{
    private OnlineKeyTable _ids = new();
    private int[] _heads = new int[16];
    private int _live;

    /// <summary>Gets the number of events that are known.</summary>
    public int Count => _live;

    /// <summary>Puts a version among those of its event, and says until when it counts.</summary>
    /// <param name="id">The event's id, encoded.</param>
    /// <param name="slot">The version, with its rank and arrival.</param>
    /// <returns>The version before it, which counts until it is available; negative for none.</returns>
    public int Insert(ReadOnlySpan<byte> id, int slot)
    {
        var number = _ids.FindOrAdd(id);
        if (number >= _heads.Length)
        {
            Array.Resize(ref _heads, 2 * _heads.Length);
        }

        if (number == _live)
        {
            _heads[_live++] = -1;
        }

        var (before, after) = (-1, _heads[number]);
        while (after >= 0 && (events.Ranks[after], events.Arrivals[after]).CompareTo((events.Ranks[slot], events.Arrivals[slot])) < 0)
        {
            (before, after) = (after, events.Next[after]);
        }

        events.Next[slot] = after;
        events.Untils[slot] = after < 0 ? FeatureTime.Never : AvailableAt(after);
        if (before < 0)
        {
            _heads[number] = slot;
        }
        else
        {
            events.Next[before] = slot;
        }

        return before;
    }

    /// <summary>Gives when a version is available.</summary>
    public long AvailableAt(int slot) => view.AvailabilityRule == AvailabilityRule.TiesOnly ? long.MinValue : events.Ranks[slot];

    /// <summary>Forgets events none of whose versions can matter any more.</summary>
    /// <param name="before">Versions of earlier times, and without a time available earlier, matter to no window.</param>
    /// <param name="now">Later versions are still to become available.</param>
    public void Forget(long before, long now)
    {
        var (ids, heads, live) = (new OnlineKeyTable(), new int[16], 0);
        for (var number = 0; number < _live; number++)
        {
            var isOld = true;
            for (var slot = _heads[number]; slot >= 0 && isOld; slot = events.Next[slot])
            {
                var time = events.Times[slot] == FeatureTime.Never ? AvailableAt(slot) : events.Times[slot];
                isOld = events.Keys[slot] < 0 && time < before && AvailableAt(slot) <= now;
            }

            if (!isOld)
            {
                ids.FindOrAdd(_ids[number]);
                if (live == heads.Length)
                {
                    Array.Resize(ref heads, 2 * live);
                }

                heads[live++] = _heads[number];
                continue;
            }

            for (var slot = _heads[number]; slot >= 0;)
            {
                (var gone, slot) = (slot, events.Next[slot]);
                events.Release(gone);
            }
        }

        (_ids, _heads, _live) = (ids, heads, live);
    }

    /// <summary>Gives the ids and the versions of each, for a snapshot.</summary>
    public IEnumerable<KeyValuePair<byte[], int>> All()
    {
        for (var number = 0; number < _live; number++)
        {
            yield return new(_ids[number].ToArray(), _heads[number]);
        }
    }
}
