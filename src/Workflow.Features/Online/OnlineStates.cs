using Workflow.Features.Aggregation;

namespace Workflow.Features.Online;

/// <summary>The windows of one view's keys that slide: states that events enter and leave. Keys of few events have none. Not thread-safe.</summary>
internal sealed class OnlineStates
{
    /// <summary>Up to so many events, summing up is about as fast as a state, which costs memory and work at every event.</summary>
    public const int FewEvents = 16;

    private readonly OnlineEvents _events;
    private readonly OnlineFeature[] _features;
    private readonly long?[] _windows;
    private readonly Stack<int> _free = [];
    private readonly int _fewEvents;
    private readonly bool _canSlide;
    private int _numbers;

    public OnlineStates(OnlineEvents events, OnlineFeature[] features, long?[] windows, int fewEvents)
    {
        (_events, _features, _windows, _fewEvents) = (events, features, windows, fewEvents);
        _canSlide = features.Any(static f => f.Slides);
        LongestWindow = windows.Contains(null) ? null : windows.Max();
    }

    /// <summary>Gets the longest window; null where one is the whole history.</summary>
    public long? LongestWindow { get; }

    /// <summary>Slides a key's windows to a read, if it has any or now has events enough.</summary>
    public void Prepare(OnlineKey key, long query)
    {
        if (key.Windows is not { } windows)
        {
            if (_canSlide && key.Count > _fewEvents)
            {
                Start(key, query);
            }

            return;
        }

        if (query > windows.LastQuery)
        {
            Slide(key, query);
        }

        if (windows.IsStale && query == windows.LastQuery)
        {
            Rebuild(key, windows);
        }
    }

    /// <summary>Slides a key's windows on.</summary>
    public void Slide(OnlineKey key, long query)
    {
        var windows = key.Windows!;
        var slots = key.Slots;
        for (var w = 0; w < _windows.Length; w++)
        {
            for (ref var start = ref windows.Starts[w]; start < slots.Length && IsTooOld(slots[start], query, _windows[w]); start++)
            {
                if (_events.CountsAt(slots[start], windows.LastQuery))
                {
                    Remove(windows, slots[start], w);
                }
            }
        }

        foreach (var feature in _features)
        {
            if (feature.Forgets)
            {
                feature.Column.Forget(windows.Number, query - feature.Window!.Value);
            }
        }

        while (windows.Expiring.TryPeek(out var slot, out var until) && until <= query)
        {
            windows.Expiring.Dequeue();
            if (_events.Untils[slot] == until && _events.Visible[slot] <= windows.LastQuery)
            {
                Expire(windows, slot, query);
            }
        }

        while (windows.Pending.TryPeek(out var slot, out var visible) && visible <= query)
        {
            windows.Pending.Dequeue();
            Count(windows, slot, query);
        }

        windows.LastQuery = query;
    }

    /// <summary>Takes an event in that the key holds since now.</summary>
    public void Insert(OnlineKey key, int slot)
    {
        if (key.Windows is not { } windows)
        {
            return;
        }

        for (var w = 0; w < _windows.Length; w++)
        {
            windows.Starts[w] += IsTooOld(slot, windows.LastQuery, _windows[w]) ? 1 : 0;
        }

        if (_events.Visible[slot] > windows.LastQuery)
        {
            windows.Pending.Enqueue(slot, _events.Visible[slot]);
        }
        else
        {
            Count(windows, slot, windows.LastQuery);
        }
    }

    /// <summary>Heeds that an event counts less long than was known.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="slot">The event, with its new end.</param>
    /// <param name="until">The former end.</param>
    public void Shorten(OnlineKey key, int slot, long until)
    {
        if (key.Windows is not { } windows || _events.Visible[slot] > windows.LastQuery || until <= windows.LastQuery)
        {
            return;
        }

        if (_events.Untils[slot] <= windows.LastQuery)
        {
            Expire(windows, slot, windows.LastQuery);
        }
        else
        {
            windows.Expiring.Enqueue(slot, _events.Untils[slot]);
        }
    }

    /// <summary>Heeds that the first events of a key were let go of, which are too old for every window; a key of few events gives its states up.</summary>
    public void Dropped(OnlineKey key, int count)
    {
        if (key.Windows is not { } windows)
        {
            return;
        }

        if (key.Count <= _fewEvents / 2)
        {
            _free.Push(windows.Number);
            System.Array.ForEach(_features, f => f.Column.Reset(windows.Number));
            key.Windows = null;
            return;
        }

        for (var w = 0; w < _windows.Length; w++)
        {
            windows.Starts[w] -= _windows[w] is null ? 0 : count;
        }
    }

    /// <summary>Gives an event as an aggregate sees it.</summary>
    public FeatureEvent Event(OnlineFeature feature, int slot)
    {
        Bind(feature);
        return new FeatureEvent(_events.Times[slot], feature.Inputs, slot);
    }

    /// <summary>Gives a feature its input columns, which are replaced as they grow.</summary>
    public void Bind(OnlineFeature feature)
    {
        for (var i = 0; i < feature.Inputs.Length; i++)
        {
            feature.Inputs[i] = _events.Inputs[feature.InputIndex[i]];
        }
    }

    private void Start(OnlineKey key, long query)
    {
        var number = _free.TryPop(out var free) ? free : _numbers++;
        var windows = key.Windows = new OnlineWindows(_windows.Length, number) { LastQuery = query };
        foreach (var feature in _features)
        {
            feature.Column.Reset(number, key.Dropped >= 0 ? feature.Dropped : null, key.Dropped);
        }

        for (var w = 0; w < _windows.Length; w++)
        {
            windows.Starts[w] = _windows[w] is { } length ? key.LowerBound(query - length, _events.Times) : 0;
        }

        foreach (var slot in key.Slots)
        {
            if (_events.Visible[slot] > query)
            {
                windows.Pending.Enqueue(slot, _events.Visible[slot]);
            }
            else
            {
                Count(windows, slot, query);
            }
        }
    }

    // Where an event was replaced that a state cannot take out.
    private void Rebuild(OnlineKey key, OnlineWindows windows)
    {
        foreach (var feature in _features)
        {
            if (!feature.Slides || feature.CanRemove)
            {
                continue;
            }

            feature.Column.Reset(windows.Number);
            foreach (var slot in key.Slots[windows.Starts[feature.WindowIndex]..])
            {
                if (_events.CountsAt(slot, windows.LastQuery) && Exists(feature, slot))
                {
                    feature.Column.Add(windows.Number, Event(feature, slot));
                }
            }
        }

        windows.IsStale = false;
    }

    // Begins to count an event that a later version may have replaced already.
    private void Count(OnlineWindows windows, int slot, long query)
    {
        if (!_events.CountsAt(slot, query))
        {
            return;
        }

        foreach (var feature in _features)
        {
            if (feature.Slides && Exists(feature, slot) && !IsTooOld(slot, query, feature.Window))
            {
                feature.Column.Add(windows.Number, Event(feature, slot));
            }
        }

        if (_events.IsVersioned && _events.Untils[slot] != Views.FeatureTime.Never)
        {
            windows.Expiring.Enqueue(slot, _events.Untils[slot]);
        }
    }

    private void Remove(OnlineWindows windows, int slot, int window)
    {
        foreach (var feature in _features)
        {
            if (feature.WindowIndex == window && feature.Slides && !feature.Forgets && Exists(feature, slot))
            {
                feature.Column.Remove(windows.Number, Event(feature, slot));
            }
        }
    }

    private void Expire(OnlineWindows windows, int slot, long query)
    {
        foreach (var feature in _features)
        {
            if (!feature.Slides || !Exists(feature, slot) || IsTooOld(slot, query, feature.Window))
            {
                continue;
            }

            if (feature.CanRemove)
            {
                feature.Column.Remove(windows.Number, Event(feature, slot));
            }
            else
            {
                windows.IsStale = true;
            }
        }
    }

    private bool Exists(OnlineFeature feature, int slot) => feature.Condition < 0 || _events.Exists[feature.Condition][slot];

    private bool IsTooOld(int slot, long query, long? window) => window is { } length && _events.Times[slot] < query - length;
}
