namespace Workflow.Features.Online;

/// <summary>Slots of one key's events by event time: appended at the end, dropped at the front, inserted rarely.</summary>
internal sealed class TimeOrder
{
    private int[] _slots = new int[8];
    private int _first;

    public int Count { get; private set; }

    public int this[int position] => _slots[_first + position];

    /// <summary>Inserts after every event of the same or an earlier time.</summary>
    /// <returns>The position.</returns>
    public int Insert(int slot, long[] times)
    {
        var (low, high) = (0, Count);
        if (Count > 0 && times[this[Count - 1]] <= times[slot])
        {
            low = Count;
        }

        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = times[this[middle]] <= times[slot] ? (middle + 1, high) : (low, middle);
        }

        if (_first + Count == _slots.Length)
        {
            var target = Count >= _slots.Length * 3 / 4 ? new int[_slots.Length * 2] : _slots;
            _slots.AsSpan(_first, Count).CopyTo(target);
            (_slots, _first) = (target, 0);
        }

        _slots.AsSpan(_first + low, Count - low).CopyTo(_slots.AsSpan(_first + low + 1));
        _slots[_first + low] = slot;
        Count++;
        return low;
    }

    public void DropFirst()
    {
        _first++;
        Count--;
    }
}
