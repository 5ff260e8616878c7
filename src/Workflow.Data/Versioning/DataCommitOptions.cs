namespace Workflow.Data.Versioning;

/// <summary>What is committed and how; the names are those of <c>dvc commit</c>.</summary>
public sealed class DataCommitOptions
{
    /// <summary>Gets or sets what to commit, as in <see cref="DataCheckoutOptions.Targets"/>; a part stands for its whole output, and an output of a stage for the stage. Empty: everything.</summary>
    public IReadOnlyList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets whether outputs that differ from what is recorded, and stages of which anything differs, are recorded anew (<c>--force</c>); otherwise they are refused.</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets whether outputs that are not in the workspace are left out instead of refused (<c>--allow-missing</c>).</summary>
    public bool AllowMissing { get; set; }

    /// <summary>Gets or sets whether a folder among the targets stands for all outputs tracked by files in it (<c>--recursive</c>).</summary>
    public bool Recursive { get; set; }

    /// <summary>Gets or sets whether the outputs that the targets' stages are made from are committed, too (<c>--with-deps</c>).</summary>
    public bool WithDependencies { get; set; }

    /// <summary>Gets or sets whether files in the workspace are replaced by links of the configured type. Default true; false is <c>--no-relink</c>.</summary>
    public bool Relink { get; set; } = true;

    /// <summary>Gets or sets the folder that relative targets start from, as a shell's current folder. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
