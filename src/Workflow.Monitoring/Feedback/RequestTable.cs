namespace Workflow.Monitoring.Feedback;

/// <summary>Finds the place of a request by its hash: open addressing, 24 bytes an entry at a load of half. Not thread-safe.</summary>
internal sealed class RequestTable
{
    private UInt128[] _keys = new UInt128[1024];
    private long[] _places = new long[1024];

    public int Count { get; private set; }

    /// <summary>Remembers a place, unless the key is there already.</summary>
    /// <returns>Whether the key was new.</returns>
    public bool TryAdd(UInt128 key, long place)
    {
        if (2 * (Count + 1) > _keys.Length)
        {
            Grow();
        }

        var slot = Slot(key);
        if (_places[slot] != 0)
        {
            return false;
        }

        (_keys[slot], _places[slot]) = (key, place + 1);
        Count++;
        return true;
    }

    /// <summary>Gives the place of a key, or −1.</summary>
    public long Find(UInt128 key) => _places[Slot(key)] - 1;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (_keys, _places, Count) = (new UInt128[1024], new long[1024], 0);
    }

    private int Slot(UInt128 key)
    {
        var mask = _keys.Length - 1;
        var slot = (int)(ulong)key & mask;
        while (_places[slot] != 0 && _keys[slot] != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        var (keys, places) = (_keys, _places);
        _keys = new UInt128[2 * keys.Length];
        _places = new long[2 * places.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            if (places[i] != 0)
            {
                var slot = Slot(keys[i]);
                (_keys[slot], _places[slot]) = (keys[i], places[i]);
            }
        }
    }
}
