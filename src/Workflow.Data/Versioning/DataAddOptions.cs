namespace Workflow.Data.Versioning;

/// <summary>How targets are added; the names are those of <c>dvc add</c>.</summary>
public sealed class DataAddOptions
{
    /// <summary>Gets or sets whether the <c>.dvc</c> file is written but nothing goes into the cache (<c>--no-commit</c>).</summary>
    public bool NoCommit { get; set; }

    /// <summary>
    /// Gets or sets whether the targets are shell patterns (<c>--glob</c>): <c>*</c>, <c>?</c>, <c>[…]</c> and, as a whole path
    /// segment, <c>**</c>. A wildcard does not match a leading dot.
    /// </summary>
    public bool Glob { get; set; }

    /// <summary>
    /// Gets or sets whether files in the workspace are replaced by links of the configured type. Default true; false is
    /// <c>--no-relink</c>. With copies and reflinks only symbolic links are replaced, by the file they point to.
    /// </summary>
    public bool Relink { get; set; } = true;

    /// <summary>
    /// Gets or sets a path in the repository at which nothing is yet (<c>--out</c>): the one target, which may lie outside, is copied there and
    /// the copy added. Default: the targets are added where they are.
    /// </summary>
    public string? Output { get; set; }

    /// <summary>
    /// Gets or sets whether the content of the one target goes straight to a remote, neither into the cache nor into the workspace
    /// (<c>--to-remote</c>). The target may lie outside, or be what <see cref="DataRepository.ImportUrlAsync"/> takes.
    /// </summary>
    public bool ToRemote { get; set; }

    /// <summary>Gets or sets the remote of <see cref="ToRemote"/> (<c>--remote</c>). Null: the default one.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets how many files go to the remote at the same time (<c>--remote-jobs</c>). Null: 4 per processor.</summary>
    public int? RemoteJobs { get; set; }

    /// <summary>Gets or sets whether <see cref="Output"/> may be something that exists (<c>--force</c>), with <see cref="ToRemote"/>; it stays in the workspace.</summary>
    public bool Force { get; set; }

    /// <summary>
    /// Gets or sets the folder that relative targets start from, as a shell's current folder. Default: the repository's root.
    /// </summary>
    public string? WorkingDirectory { get; set; }
}
