namespace Workflow.Data.Versioning.Metafiles;

/// <summary>What a <c>.dvc</c> file says of where its content comes from: a path, a URL, or a path in another repository. Immutable.</summary>
internal sealed record MetafileDependency
{
    /// <summary>Gets the path or URL as written.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the recorded id, of a path of this machine; null when there is none.</summary>
    public required string? Id { get; init; }

    public required bool IsLegacy { get; init; }

    /// <summary>Gets the path or URL of the repository that it is imported from; null when it is not from one.</summary>
    public string? RepositoryUrl { get; init; }

    /// <summary>Gets the branch, tag or commit to follow; null: the default branch.</summary>
    public string? Revision { get; init; }

    /// <summary>Gets the commit that it was imported at.</summary>
    public string? LockedRevision { get; init; }

    public bool IsCloudVersioned { get; init; }

    public bool IsUrl => Path.Contains("://", StringComparison.Ordinal);
}
