using System.Runtime.CompilerServices;

namespace Workflow.Features.Joins;

/// <summary>The queries of one entity brought together by key and, within a key, sorted by time: each has a slot. Immutable.</summary>
internal sealed class LabelSlots
{
    private readonly KeyGroups _groups;

    /// <summary>Sorts queries; those with a negative key get no slot.</summary>
    /// <param name="keys">The number of each query's key.</param>
    /// <param name="count">The number of keys.</param>
    /// <param name="times">The time of each query.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public LabelSlots(ReadOnlySpan<int> keys, int count, ReadOnlySpan<long> times)
    {
        _groups = new KeyGroups(keys, count);
        var rows = _groups.Rows;
        Times = GC.AllocateUninitializedArray<long>(rows.Length);
        for (var slot = 0; slot < rows.Length; slot++)
        {
            Times[slot] = times[rows[slot]];
        }

        var longest = 0;
        for (var key = 0; key < count; key++)
        {
            longest = Math.Max(longest, _groups[key].Length);
        }

        var (spareTimes, spareRows) = (new long[longest], new int[longest]);
        for (var key = 0; key < count; key++)
        {
            var start = _groups.RowsBefore(key);
            var length = _groups.RowsBefore(key + 1) - start;
            StableTimeSort.Sort(Times.AsSpan(start, length), rows.AsSpan(start, length), spareTimes, spareRows);
        }
    }

    /// <summary>Gets the number of keys.</summary>
    public int Keys => _groups.Count;

    /// <summary>Gets the first slot of each key, and at the end the number of slots.</summary>
    public int[] Starts => _groups.Starts;

    /// <summary>Gets the time of each slot's query.</summary>
    public long[] Times { get; }

    /// <summary>Gets the query of each slot.</summary>
    public int[] Rows => _groups.Rows;
}
