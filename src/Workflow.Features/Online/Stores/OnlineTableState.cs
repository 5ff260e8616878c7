using Apache.Arrow;
using Workflow.Data.Storage;

namespace Workflow.Features.Online.Stores;

/// <summary>What a store knows of a table as a whole. Immutable.</summary>
public sealed record OnlineTableState
{
    /// <summary>Gets the digest of the definition that its rows are of.</summary>
    public required ContentDigest Digest { get; init; }

    /// <summary>Gets the features with their Arrow types, in the order of the view.</summary>
    public required Schema Schema { get; init; }

    /// <summary>Gets up to when sources were materialised; null where they never were.</summary>
    public DateTimeOffset? MaterializedTo { get; init; }
}
