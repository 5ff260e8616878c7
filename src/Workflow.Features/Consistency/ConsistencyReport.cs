using System.Collections.Immutable;

namespace Workflow.Features.Consistency;

/// <summary>What replaying served vectors found. Immutable.</summary>
public sealed record ConsistencyReport
{
    /// <summary>Gets how many served vectors were replayed.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets how many values were compared. 0 means that nothing was tested.</summary>
    public required long Values { get; init; }

    /// <summary>Gets how many values differ in any bit.</summary>
    public long Mismatches => Counts.Sum(static c => c.Count);

    /// <summary>Gets how many differ by feature and cause, most often first.</summary>
    public required ImmutableArray<MismatchCount> Counts { get; init; }

    /// <summary>Gets the first 100 of them, in the log's order.</summary>
    public required ImmutableArray<ServedMismatch> Examples { get; init; }

    /// <summary>Gets the features of the service that the log does not have: they were not compared.</summary>
    public required ImmutableArray<string> NotServed { get; init; }

    /// <summary>Gets whether nothing differs, nothing is left out and something was compared.</summary>
    public bool IsConsistent => Mismatches == 0 && Values > 0 && NotServed.IsEmpty;
}
