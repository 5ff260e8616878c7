namespace Workflow.Data.Versioning;

/// <summary>How imports are brought up to date; the names are those of <c>dvc update</c>.</summary>
public sealed class DataUpdateOptions
{
    /// <summary>Gets or sets the branch, tag or commit that imports from repositories follow from now on (<c>--rev</c>). Null: as before.</summary>
    public string? Revision { get; set; }

    /// <summary>Gets or sets whether folders among the targets stand for all imports below them (<c>--recursive</c>).</summary>
    public bool Recursive { get; set; }

    /// <summary>Gets or sets whether only the state of the source is recorded (<c>--no-download</c>). What lies in the workspace goes, as with DVC, when it is in the cache.</summary>
    public bool NoDownload { get; set; }

    /// <summary>Gets or sets whether the content goes straight to a remote, neither into the cache nor into the workspace (<c>--to-remote</c>).</summary>
    public bool ToRemote { get; set; }

    /// <summary>Gets or sets the remote of <see cref="ToRemote"/> (<c>--remote</c>). Null: the default one.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets whether files in the workspace are replaced whose content is not in the cache. DVC always does.</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets how many files are fetched at the same time (<c>--jobs</c>). Null: 4 per processor.</summary>
    public int? Jobs { get; set; }

    /// <summary>Gets or sets the folder that relative targets start from. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
