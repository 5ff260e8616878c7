namespace Workflow.Data.Versioning.Metafiles;

/// <summary>One entry under <c>outs</c>, checked.</summary>
internal sealed record OutputFields
{
    public required string Path { get; init; }

    public required int Line { get; init; }

    public required string? Id { get; init; }

    public required long? Size { get; init; }

    public required long? FileCount { get; init; }

    public required bool IsLegacy { get; init; }

    public required bool HasForeignHash { get; init; }

    public required bool IsCached { get; init; }

    public required bool IsCloudVersioned { get; init; }

    public string? RemoteName { get; init; }

    public bool IsPushed { get; init; } = true;

    public required bool IsExecutable { get; init; }
}
