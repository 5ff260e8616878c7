namespace Workflow.Data.Versioning;

/// <summary>An import that was brought up to date. Immutable.</summary>
public sealed record DataUpdatedImport
{
    /// <summary>Gets the path of the imported file or folder, relative to the repository's root.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the path of the <c>.dvc</c> file, relative to the repository's root.</summary>
    public required string MetafilePath { get; init; }

    /// <summary>Gets whether the <c>.dvc</c> file was written anew.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>Gets the commit that it comes from; null when it comes from no repository.</summary>
    public required string? Commit { get; init; }

    /// <summary>Gets the id of the content; null when none was fetched.</summary>
    public required string? Md5 { get; init; }
}
