using System.Collections.Immutable;

namespace Workflow.Features.Consistency;

/// <summary>Counts mismatches, and keeps the first of them.</summary>
internal sealed class MismatchTally
{
    private const int MaxListed = 100;
    private readonly Dictionary<(string Feature, MismatchCause Cause), long> _counts = [];

    // Those of the lowest rows, whatever the order in which causes are found.
    private readonly PriorityQueue<ServedMismatch, (long Row, string Feature)> _first = new(Comparer<(long Row, string Feature)>.Create(static (a, b) => a.Row != b.Row ? b.Row.CompareTo(a.Row) : string.CompareOrdinal(b.Feature, a.Feature)));

    public long Rows { get; set; }

    public long Values { get; set; }

    public void Add(ServedMismatch mismatch)
    {
        var key = (mismatch.Feature, mismatch.Cause);
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
        _first.Enqueue(mismatch, (mismatch.Row, mismatch.Feature));
        if (_first.Count > MaxListed)
        {
            _first.Dequeue();
        }
    }

    public ConsistencyReport Report(ImmutableArray<string> notServed) => new()
    {
        Rows = Rows,
        Values = Values,
        NotServed = notServed,
        Counts = [.. _counts.Select(static c => new MismatchCount(c.Key.Feature, c.Key.Cause, c.Value)).OrderByDescending(static c => c.Count).ThenBy(static c => c.Feature, StringComparer.Ordinal).ThenBy(static c => c.Cause)],
        Examples = [.. _first.UnorderedItems.Select(static i => i.Element).OrderBy(static m => m.Row).ThenBy(static m => m.Feature, StringComparer.Ordinal)],
    };
}
