namespace Workflow.Data.Versioning;

/// <summary>What <see cref="DataRepository.DiffAsync"/> compares; the names are those of <c>dvc diff</c>.</summary>
public sealed class DataDiffOptions
{
    /// <summary>Gets or sets the older git revision. Default <c>HEAD</c>.</summary>
    public string OldRevision { get; set; } = "HEAD";

    /// <summary>Gets or sets the newer git revision; null (default): the workspace.</summary>
    public string? NewRevision { get; set; }

    /// <summary>
    /// Gets or sets what to compare: tracked files and folders, parts of them, <c>.dvc</c> files or stages, relative to
    /// <see cref="WorkingDirectory"/> or absolute. Empty: everything.
    /// </summary>
    public IReadOnlyList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets the folder that relative targets start from. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
