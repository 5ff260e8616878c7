namespace Workflow.Data.Versioning;

/// <summary>What is checked out and how; the names are those of <c>dvc checkout</c>.</summary>
public sealed class DataCheckoutOptions
{
    /// <summary>
    /// Gets or sets what to check out: tracked files and folders, parts of tracked folders, <c>.dvc</c> and <c>dvc.yaml</c> files, names of
    /// stages (<c>stage</c> or <c>dvc.yaml:stage</c>). Empty: everything.
    /// </summary>
    public IReadOnlyList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets whether files whose content is not in the cache may be overwritten and deleted (<c>--force</c>). They are then lost.</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets whether unchanged files are made anew as the configured type of link (<c>--relink</c>).</summary>
    public bool Relink { get; set; }

    /// <summary>Gets or sets whether outputs with content that the cache lacks are left as they are without an error (<c>--allow-missing</c>).</summary>
    public bool AllowMissing { get; set; }

    /// <summary>Gets or sets whether a folder among the targets stands for all outputs tracked by files in it (<c>--recursive</c>).</summary>
    public bool Recursive { get; set; }

    /// <summary>Gets or sets whether the outputs that the targets' stages are made from are checked out, too (<c>--with-deps</c>).</summary>
    public bool WithDependencies { get; set; }

    /// <summary>Gets or sets the folder that relative targets start from, as a shell's current folder. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
