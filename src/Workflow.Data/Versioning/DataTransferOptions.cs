namespace Workflow.Data.Versioning;

/// <summary>What is fetched or pushed; the names are those of <c>dvc fetch</c> and <c>dvc push</c>.</summary>
public sealed class DataTransferOptions
{
    /// <summary>
    /// Gets or sets what to transfer: outputs, <c>.dvc</c> files, parts of tracked folders, relative to <see cref="WorkingDirectory"/> or absolute.
    /// Empty: everything that is tracked.
    /// </summary>
    public IReadOnlyList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets the folder that relative targets start from. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Gets or sets the remote (<c>--remote</c>). Null: <c>core.remote</c>. An output that names a remote goes there in any case.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets how many objects are transferred at the same time (<c>--jobs</c>). Null: the remote's <c>jobs</c>, else 4 per processor. From 1 to 1,024.</summary>
    public int? Jobs { get; set; }

    /// <summary>Gets or sets whether the tips of all branches count besides the workspace (<c>--all-branches</c>).</summary>
    public bool AllBranches { get; set; }

    /// <summary>Gets or sets whether all tags count besides the workspace (<c>--all-tags</c>).</summary>
    public bool AllTags { get; set; }

    /// <summary>Gets or sets whether all commits count besides the workspace (<c>--all-commits</c>).</summary>
    public bool AllCommits { get; set; }

    /// <summary>Gets or sets whether folders among the targets stand for all that is tracked below them (<c>--recursive</c>).</summary>
    public bool Recursive { get; set; }

    /// <summary>
    /// Gets or sets whether the outputs that the targets' stages are made from count, too, and those that these are made from
    /// (<c>--with-deps</c>). Of the workspace's stages, whatever other revisions are asked for.
    /// </summary>
    public bool WithDependencies { get; set; }

    /// <summary>Gets or sets whether the records of runs are transferred, too (<c>--run-cache</c>).</summary>
    public bool RunCache { get; set; }
}
