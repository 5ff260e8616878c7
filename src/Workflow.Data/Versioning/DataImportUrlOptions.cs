namespace Workflow.Data.Versioning;

/// <summary>How data is imported from a path or URL; the names are those of <c>dvc import-url</c>.</summary>
public sealed class DataImportUrlOptions
{
    /// <summary>Gets or sets where it goes (<c>OUT</c>), relative to <see cref="WorkingDirectory"/>; into it when it is a folder. Null: under its own name.</summary>
    public string? Output { get; set; }

    /// <summary>Gets or sets whether only the <c>.dvc</c> file is written and nobody is asked (<c>--no-exec</c>).</summary>
    public bool NoExec { get; set; }

    /// <summary>Gets or sets whether the state of the source is recorded but no content is fetched (<c>--no-download</c>).</summary>
    public bool NoDownload { get; set; }

    /// <summary>Gets or sets whether the content goes straight to a remote, neither into the cache nor into the workspace (<c>--to-remote</c>).</summary>
    public bool ToRemote { get; set; }

    /// <summary>Gets or sets the remote of <see cref="ToRemote"/> (<c>--remote</c>). Null: the default one.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets whether what is there is replaced (<c>--force</c>). Its content is lost when it is not in the cache.</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets how many files are fetched at the same time (<c>--jobs</c>). Null: 4 per processor.</summary>
    public int? Jobs { get; set; }

    /// <summary>
    /// Gets the settings of the store that the URL names, by the names that a remote has them (<c>--fs-config</c>), for example
    /// <c>endpointurl</c>. They are written into the <c>.dvc</c> file: no place for secrets; import from <c>remote://NAME/path</c> instead.
    /// </summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the folder that relative paths start from. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
