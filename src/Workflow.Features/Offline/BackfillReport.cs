namespace Workflow.Features.Offline;

/// <summary>What a backfill did. Immutable.</summary>
public sealed record BackfillReport
{
    /// <summary>Gets what the folder holds now.</summary>
    public required BackfillManifest Manifest { get; init; }

    /// <summary>Gets how many partitions were computed.</summary>
    public required int Computed { get; init; }

    /// <summary>Gets how many were there already, computed from the same definitions and inputs.</summary>
    public required int Kept { get; init; }
}
