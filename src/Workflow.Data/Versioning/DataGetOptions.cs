using Workflow.Data.Storage;

namespace Workflow.Data.Versioning;

/// <summary>How data of a repository is taken without importing it; the names are those of <c>dvc get</c>.</summary>
public sealed class DataGetOptions
{
    /// <summary>Gets or sets the branch, tag or commit there (<c>--rev</c>). Null: its default branch.</summary>
    public string? Revision { get; set; }

    /// <summary>Gets or sets where it goes (<c>--out</c>); into it when it is a folder. Null: under its own name in <see cref="WorkingDirectory"/>.</summary>
    public string? Output { get; set; }

    /// <summary>Gets or sets whether what is there is replaced (<c>--force</c>).</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets the remote of that repository that has the data (<c>--remote</c>). Null: its default one.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets how many objects are fetched at the same time (<c>--jobs</c>). Null: 4 per processor.</summary>
    public int? Jobs { get; set; }

    /// <summary>Gets or sets the folder that relative paths start from. Default: the current one.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Gets or sets what opens remotes that are no local folders.</summary>
    public IReadOnlyList<IBlobStoreProvider> Providers { get; set; } = [];
}
