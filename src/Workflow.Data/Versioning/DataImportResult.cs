namespace Workflow.Data.Versioning;

/// <summary>What one call of <see cref="DataRepository.ImportAsync"/> or <see cref="DataRepository.ImportUrlAsync"/> did. Immutable.</summary>
public sealed record DataImportResult
{
    /// <summary>Gets the path of the imported file or folder, relative to the repository's root.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the path of the <c>.dvc</c> file, relative to the repository's root.</summary>
    public required string MetafilePath { get; init; }

    /// <summary>Gets the commit that it came from; null when nobody was asked, or it came from no repository.</summary>
    public required string? Commit { get; init; }

    /// <summary>Gets the id of the content; null when none was fetched.</summary>
    public required string? Md5 { get; init; }
}
