using System.Runtime.InteropServices;

namespace Workflow.Features.Aggregation;

/// <summary>How often each value occurs: exact, and what is taken out leaves no trace. −0 is +0, and NaN is one value. Not thread-safe.</summary>
internal sealed class ValueCounts
{
    private readonly Dictionary<long, long> _counts;

    public ValueCounts() => _counts = [];

    private ValueCounts(Dictionary<long, long> counts) => _counts = counts;

    public int Distinct => _counts.Count;

    public ValueCounts Copy() => new(new Dictionary<long, long>(_counts));

    public void Add(double value, long times) => Add(ValueOrder.KeyOf(value == 0 ? 0.0 : value), times);

    public void Add(ValueCounts other)
    {
        foreach (var (key, times) in other._counts)
        {
            Add(key, times);
        }
    }

    /// <summary>Gives the most frequent values, the smaller one first where two are equally frequent.</summary>
    public List<KeyValuePair<long, long>> Top(int count)
    {
        var top = new List<KeyValuePair<long, long>>(count + 1);
        foreach (var candidate in _counts)
        {
            if (top.Count < count || IsBefore(candidate, top[^1]))
            {
                var at = top.Count;
                while (at > 0 && IsBefore(candidate, top[at - 1]))
                {
                    at--;
                }

                top.Insert(at, candidate);
                if (top.Count > count)
                {
                    top.RemoveAt(count);
                }
            }
        }

        return top;
    }

    private static bool IsBefore(KeyValuePair<long, long> a, KeyValuePair<long, long> b) =>
        a.Value != b.Value ? a.Value > b.Value : a.Key < b.Key;

    private void Add(long key, long times)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _);
        count += times;
        if (count == 0)
        {
            _counts.Remove(key);
        }
    }
}
