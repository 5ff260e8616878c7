namespace Workflow.Features.Aggregation;

/// <summary>Values by (event time, value): appended at the end, dropped at the front, inserted rarely. Not thread-safe.</summary>
internal sealed class TimedKeys
{
    private TimedKey[] _items = new TimedKey[4];
    private int _first;

    public int Count { get; private set; }

    public TimedKey this[int position] => _items[_first + position];

    public TimedKeys Copy()
    {
        var copy = new TimedKeys { _items = new TimedKey[Math.Max(4, Count)], Count = Count };
        _items.AsSpan(_first, Count).CopyTo(copy._items);
        return copy;
    }

    /// <summary>Gives the first position whose item is not before another.</summary>
    public int LowerBound(TimedKey item)
    {
        var (low, high) = (0, Count);
        if (Count > 0 && this[Count - 1].CompareTo(item) < 0)
        {
            return Count;
        }

        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = this[middle].CompareTo(item) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    public void Insert(TimedKey item)
    {
        var position = LowerBound(item);
        Replace(position, position, item);
    }

    /// <summary>Puts one item in the place of a range, which may be empty.</summary>
    public void Replace(int start, int end, TimedKey item)
    {
        if (start == end && _first + Count == _items.Length)
        {
            var target = Count >= _items.Length * 3 / 4 ? new TimedKey[_items.Length * 2] : _items;
            _items.AsSpan(_first, Count).CopyTo(target);
            (_items, _first) = (target, 0);
        }

        _items.AsSpan(_first + end, Count - end).CopyTo(_items.AsSpan(_first + start + 1));
        _items[_first + start] = item;
        Count += 1 - (end - start);
    }

    public void DropFirst(int count)
    {
        _first += count;
        Count -= count;
    }

    public void Clear() => (_first, Count) = (0, 0);

    public void DropLast() => Count--;

    public void DropBefore(long microseconds)
    {
        while (Count > 0 && _items[_first].Time < microseconds)
        {
            DropFirst(1);
        }
    }

    public FeatureValue ToList(int start, int count)
    {
        if (Count == 0)
        {
            return FeatureValue.Null;
        }

        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = ValueOrder.ValueOf(this[start + i].Key);
        }

        return FeatureValue.FromDoubles(values);
    }
}
