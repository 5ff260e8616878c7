namespace Workflow.Data.Versioning.Metafiles;

/// <summary>What a metafile records of a content.</summary>
internal sealed record RecordedContent
{
    public required string Id { get; init; }

    public required long? Size { get; init; }

    public required long? FileCount { get; init; }

    public bool IsExecutable { get; init; }

    /// <summary>Gets whether the id is a hash of DVC 2.x.</summary>
    public bool IsLegacy { get; init; }
}
