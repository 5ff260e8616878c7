using System.Numerics;
using System.Runtime.InteropServices;

namespace Workflow.Features.Aggregation;

/// <summary>A HyperLogLog sketch from which values can be taken out: how many values have each rank in each register. Not thread-safe.</summary>
internal sealed class HyperLogLogCounts
{
    private readonly Dictionary<int, long> _counts = [];

    // The ranks that a register holds, one bit each: the highest is the register of the plain sketch.
    private readonly Dictionary<int, ulong> _held = [];
    private readonly int[] _ranks = new int[HyperLogLog.MaxRanks];

    public HyperLogLogCounts Copy()
    {
        var copy = new HyperLogLogCounts();
        copy.Add(this);
        return copy;
    }

    public void Add(int slot, long times)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, slot, out var isKnown);
        count += times;
        if (!isKnown || count == 0)
        {
            Toggle(slot);
        }

        if (count == 0)
        {
            _counts.Remove(slot);
        }
    }

    public void Add(HyperLogLogCounts other)
    {
        foreach (var (slot, times) in other._counts)
        {
            Add(slot, times);
        }
    }

    public long Estimate(int precision) => HyperLogLog.Estimate(_ranks, precision);

    private void Toggle(int slot)
    {
        ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(_held, slot >> 6, out _);
        Change(held, -1);
        held ^= 1UL << (slot & 63);
        Change(held, 1);
        if (held == 0)
        {
            _held.Remove(slot >> 6);
        }
    }

    private void Change(ulong held, int by)
    {
        if (held != 0)
        {
            _ranks[BitOperations.Log2(held)] += by;
        }
    }
}
