using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Stages;

/// <summary>A dependency or an output, as a status looks at it.</summary>
internal sealed record StageEntry
{
    /// <summary>Gets the absolute path.</summary>
    public required string FullPath { get; init; }

    /// <summary>Gets the path relative to the repository's root; null when it lies outside.</summary>
    public required string? Path { get; init; }

    /// <summary>Gets the URL when it is none of this machine's paths.</summary>
    public string? Url { get; init; }

    /// <summary>Gets the id that was recorded; null when there is none.</summary>
    public required string? Id { get; init; }

    public required bool IsLegacy { get; init; }

    /// <summary>Gets the output whose content must be in the cache; null for a dependency and what is not cached or not recorded.</summary>
    public TrackedOutput? Cached { get; init; }
}
