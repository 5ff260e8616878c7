namespace Workflow.Data.Chunking;

/// <summary>What a garbage collection has done, or would do. Immutable.</summary>
public sealed record ChunkCollection
{
    /// <summary>Gets how many packs were used by less than half and written anew without the rest.</summary>
    public required long Repacked { get; init; }

    /// <summary>Gets how many packs were found unused and begin their grace period.</summary>
    public required long Condemned { get; init; }

    /// <summary>Gets how many unused packs are still within their grace period, those just found included.</summary>
    public required long Waiting { get; init; }

    /// <summary>Gets how many packs were deleted: unused for the whole grace period, or left by a push that never ended.</summary>
    public required long Deleted { get; init; }

    /// <summary>Gets how many superseded manifests were deleted.</summary>
    public required long DeletedManifests { get; init; }

    /// <summary>Gets the bytes of all that was deleted.</summary>
    public required long DeletedBytes { get; init; }
}
