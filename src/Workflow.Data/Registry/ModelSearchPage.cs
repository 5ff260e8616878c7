using System.Collections.Immutable;

namespace Workflow.Data.Registry;

/// <summary>One page of what a search found, in order of name and number. Immutable.</summary>
public sealed record ModelSearchPage
{
    /// <summary>Gets the versions.</summary>
    public required ImmutableArray<ModelSearchHit> Hits { get; init; }

    /// <summary>
    /// Gets where the next page begins; null after the last. It is a position and no number of rows: what is registered or deleted meanwhile
    /// shifts nothing.
    /// </summary>
    public required string? Next { get; init; }
}
