using Workflow.Data.Storage;

namespace Workflow.Features.Offline;

/// <summary>One finished partition of a backfill: what it was computed from, and what came of it. Immutable.</summary>
public sealed record BackfillPart
{
    /// <summary>Gets the number of the group of views that share an entity and a source, in the order of the service.</summary>
    public required int Group { get; init; }

    /// <summary>Gets the number of the partition.</summary>
    public required int Partition { get; init; }

    /// <summary>Gets the digest of the definitions: of the views, and of what is taken from them.</summary>
    public required ContentDigest Definition { get; init; }

    /// <summary>Gets the digest of the partition's rows of the spine: keys and times.</summary>
    public required ContentDigest Spine { get; init; }

    /// <summary>Gets the digest of the partition's events: of the columns that the views read.</summary>
    public required ContentDigest Events { get; init; }

    /// <summary>Gets the file of features, below the folder of the backfill.</summary>
    public required string File { get; init; }

    /// <summary>Gets the SHA-256 of the file.</summary>
    public required ContentDigest Output { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public required long Rows { get; init; }
}
