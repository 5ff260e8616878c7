namespace Workflow.Features.Aggregation;

/// <summary>The registers of a HyperLogLog sketch: a sorted list while few are used, a byte each afterwards. Not thread-safe.</summary>
internal sealed class HyperLogLogRegisters(int precision)
{
    // Slots of register and rank, ascending; at most one a register.
    private int[] _sparse = new int[4];
    private int _used;
    private byte[]? _dense;
    private int[] _ranks = [];

    public HyperLogLogRegisters Copy() => new(precision)
    {
        _sparse = (int[])_sparse.Clone(),
        _used = _used,
        _dense = (byte[]?)_dense?.Clone(),
        _ranks = (int[])_ranks.Clone(),
    };

    public void Add(int slot)
    {
        if (_dense is null)
        {
            AddSparse(slot);
            return;
        }

        ref var register = ref _dense[slot >> 6];
        var rank = (byte)(slot & 63);
        if (rank > register)
        {
            _ranks[register]--;
            _ranks[rank]++;
            register = rank;
        }
    }

    public void Add(HyperLogLogRegisters other)
    {
        for (var i = 0; i < other._used; i++)
        {
            Add(other._sparse[i]);
        }

        for (var i = 0; i < other._dense?.Length; i++)
        {
            if (other._dense[i] > 0)
            {
                Add((i << 6) | other._dense[i]);
            }
        }
    }

    public long Estimate()
    {
        if (_dense is not null)
        {
            return HyperLogLog.Estimate(_ranks, precision);
        }

        Span<int> ranks = stackalloc int[HyperLogLog.MaxRanks];
        ranks.Clear();
        foreach (var slot in _sparse.AsSpan(0, _used))
        {
            ranks[slot & 63]++;
        }

        return HyperLogLog.Estimate(ranks, precision);
    }

    private void AddSparse(int slot)
    {
        // The position of the register, whatever its rank.
        var at = _sparse.AsSpan(0, _used).BinarySearch(slot & ~63);
        at = at < 0 ? ~at : at;
        if (at < _used && _sparse[at] >> 6 == slot >> 6)
        {
            _sparse[at] = Math.Max(_sparse[at], slot);
            return;
        }

        if (_used == Math.Max(4, 1 << precision >> 4))
        {
            Widen();
            Add(slot);
            return;
        }

        if (_used == _sparse.Length)
        {
            Array.Resize(ref _sparse, _used * 2);
        }

        _sparse.AsSpan(at, _used - at).CopyTo(_sparse.AsSpan(at + 1));
        _sparse[at] = slot;
        _used++;
    }

    private void Widen()
    {
        (_dense, _ranks) = (new byte[1 << precision], new int[HyperLogLog.MaxRanks]);
        _ranks[0] = 1 << precision;
        foreach (var slot in _sparse.AsSpan(0, _used))
        {
            Add(slot);
        }

        (_sparse, _used) = ([], 0);
    }
}
