namespace Workflow.Features.Aggregation;

/// <summary>Counts of few sorted bins: what is taken out leaves no trace, so equal events give equal counts in any order. Not thread-safe.</summary>
internal sealed class BinnedCounts
{
    private long[] _bins = new long[8];
    private long[] _counts = new long[8];
    private int _length;

    /// <summary>Gets the number of values.</summary>
    public long Total { get; private set; }

    public BinnedCounts Copy() => new() { _bins = (long[])_bins.Clone(), _counts = (long[])_counts.Clone(), _length = _length, Total = Total };

    public void Add(long bin, long times)
    {
        Total += times;
        var at = _bins.AsSpan(0, _length).BinarySearch(bin);
        if (at < 0)
        {
            at = ~at;
            if (_length == _bins.Length)
            {
                Array.Resize(ref _bins, _length * 2);
                Array.Resize(ref _counts, _length * 2);
            }

            _bins.AsSpan(at, _length - at).CopyTo(_bins.AsSpan(at + 1));
            _counts.AsSpan(at, _length - at).CopyTo(_counts.AsSpan(at + 1));
            (_bins[at], _counts[at]) = (bin, 0);
            _length++;
        }

        _counts[at] += times;
        if (_counts[at] == 0)
        {
            _length--;
            _bins.AsSpan(at + 1, _length - at).CopyTo(_bins.AsSpan(at));
            _counts.AsSpan(at + 1, _length - at).CopyTo(_counts.AsSpan(at));
        }
    }

    public void Add(BinnedCounts other)
    {
        for (var i = 0; i < other._length; i++)
        {
            Add(other._bins[i], other._counts[i]);
        }
    }

    /// <summary>Gives the bin of the value with so many not greater ones.</summary>
    /// <param name="rank">1 to <see cref="Total"/>.</param>
    public long AtRank(long rank)
    {
        var at = 0;
        for (var below = _counts[0]; below < rank; below += _counts[at])
        {
            at++;
        }

        return _bins[at];
    }
}
