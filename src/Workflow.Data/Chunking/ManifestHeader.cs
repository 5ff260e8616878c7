namespace Workflow.Data.Chunking;

/// <summary>The part of a manifest that is never sealed.</summary>
internal sealed record ManifestHeader
{
    public const int Length = 112;

    /// <summary>Gets its number: 1, 2, 3…</summary>
    public required long Generation { get; init; }

    /// <summary>Gets the number of the full manifest that it changes; its own when it is full itself.</summary>
    public required long Base { get; init; }

    public required byte[] StoreId { get; init; }

    public required byte[] KeyCheck { get; init; }

    public required bool IsEncrypted { get; init; }
}
