namespace Workflow.Data.Versioning;

/// <summary>How data of another repository is imported; the names are those of <c>dvc import</c>.</summary>
public sealed class DataImportOptions
{
    /// <summary>Gets or sets the branch, tag or commit there (<c>--rev</c>). Null: its default branch.</summary>
    public string? Revision { get; set; }

    /// <summary>Gets or sets where it goes (<c>--out</c>), relative to <see cref="WorkingDirectory"/>. Null: under its own name.</summary>
    public string? Output { get; set; }

    /// <summary>Gets or sets whether only the <c>.dvc</c> file is written and nobody is asked (<c>--no-exec</c>).</summary>
    public bool NoExec { get; set; }

    /// <summary>Gets or sets whether the commit is recorded but no content is fetched (<c>--no-download</c>).</summary>
    public bool NoDownload { get; set; }

    /// <summary>Gets or sets whether what is there is replaced (<c>--force</c>). Its content is lost when it is not in the cache.</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets the remote of that repository that has the data (<c>--remote</c>). Null: its default one.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets how many objects are fetched at the same time (<c>--jobs</c>). Null: 4 per processor.</summary>
    public int? Jobs { get; set; }

    /// <summary>Gets or sets the folder that relative paths start from. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
