namespace Workflow.Data.Versioning;

/// <summary>A path that differs between two states. Immutable.</summary>
public sealed record DataDiffEntry
{
    /// <summary>Gets the path, relative to the repository's root; a folder ends in <c>/</c>. Of a renamed path the old one.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the new path of a renamed one; null for all others.</summary>
    public string? NewPath { get; init; }

    /// <summary>Gets the id of the content; of a modified path the old one. Null when none was recorded.</summary>
    public required string? Hash { get; init; }

    /// <summary>Gets the new id of a modified path; null for all others.</summary>
    public string? NewHash { get; init; }
}
