namespace Workflow.Features.Online;

/// <summary>One key's events by time, and its windows where it has states of its own.</summary>
/// <remarks>Slots are appended at the end, let go of at the front, and inserted rarely.</remarks>
internal sealed class OnlineKey
{
    private int[] _slots = [];
    private int _first;

    /// <summary>Gets the number of events.</summary>
    public int Count { get; private set; }

    /// <summary>Gets or sets the latest moment that was asked for.</summary>
    public long LastRead { get; set; } = long.MinValue;

    /// <summary>Gets or sets the windows that slide; null for a key of few events, which are summed up at each read.</summary>
    public OnlineWindows? Windows { get; set; }

    /// <summary>Gets or sets where the whole history's states keep the events that were let go of; negative for none.</summary>
    public int Dropped { get; set; } = -1;

    /// <summary>Gets the slots in the order of their times, equal ones as they came.</summary>
    public ReadOnlySpan<int> Slots => _slots.AsSpan(_first, Count);

    /// <summary>Gives the first position whose time is not before a moment.</summary>
    public int LowerBound(long microseconds, long[] times)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = times[_slots[_first + middle]] < microseconds ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Inserts after every event of the same or an earlier time.</summary>
    public void Insert(int slot, long[] times)
    {
        var at = Count > 0 && times[_slots[_first + Count - 1]] > times[slot] ? LowerBound(times[slot] + 1, times) : Count;
        if (_first + Count == _slots.Length)
        {
            var target = Count >= _slots.Length * 3 / 4 ? new int[Math.Max(2, _slots.Length * 2)] : _slots;
            _slots.AsSpan(_first, Count).CopyTo(target);
            (_slots, _first) = (target, 0);
        }

        _slots.AsSpan(_first + at, Count - at).CopyTo(_slots.AsSpan(_first + at + 1));
        _slots[_first + at] = slot;
        Count++;
    }

    /// <summary>Puts fewer slots in the place of the first ones.</summary>
    /// <param name="count">How many are replaced.</param>
    /// <param name="kept">Those of them that stay, in order.</param>
    public void ReplaceFirst(int count, ReadOnlySpan<int> kept)
    {
        var gone = count - kept.Length;
        kept.CopyTo(_slots.AsSpan(_first + gone));
        _first += gone;
        Count -= gone;
        if (_slots.Length > 16 && Count < _slots.Length / 4)
        {
            (_slots, _first) = (_slots.AsSpan(_first, Count).ToArray(), 0);
        }
    }
}
