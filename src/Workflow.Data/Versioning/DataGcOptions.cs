namespace Workflow.Data.Versioning;

/// <summary>What <see cref="DataRepository.CollectGarbageAsync"/> keeps; the names are those of <c>dvc gc</c>. At least one of the scopes is needed.</summary>
/// <remarks>What the workspace refers to is always kept, and so is what <see cref="Pins"/> and the file <c>.dvc/pins</c> name.</remarks>
public sealed class DataGcOptions
{
    /// <summary>Gets or sets whether to keep what the workspace refers to (<c>-w</c>): with no other scope nothing else is kept.</summary>
    public bool Workspace { get; set; }

    /// <summary>Gets or sets whether to keep what the tips of the local branches refer to (<c>-a</c>).</summary>
    public bool AllBranches { get; set; }

    /// <summary>Gets or sets whether to keep what tags refer to (<c>-T</c>).</summary>
    public bool AllTags { get; set; }

    /// <summary>Gets or sets whether to keep what any commit refers to (<c>-A</c>).</summary>
    public bool AllCommits { get; set; }

    /// <summary>Gets or sets whether to keep what DVC's experiments refer to (<c>--all-experiments</c>).</summary>
    public bool AllExperiments { get; set; }

    /// <summary>Gets or sets revisions to keep (<c>--rev</c>).</summary>
    public IReadOnlyList<string> Revisions { get; set; } = [];

    /// <summary>Gets or sets how many commits to keep from each of <see cref="Revisions"/> and from each branch back (<c>--num</c>). Default null: one.</summary>
    public int? CommitCount { get; set; }

    /// <summary>Gets or sets the day, in local time, from which on every commit is kept (<c>--date</c>).</summary>
    public DateOnly? Since { get; set; }

    /// <summary>Gets or sets the roots of other repositories that use the same cache: what they refer to over the same scopes is kept, too (<c>-p</c>).</summary>
    public IReadOnlyList<string> Projects { get; set; } = [];

    /// <summary>Gets or sets whether to remove from remotes, too, what nothing in scope refers to (<c>-c</c>): from the default one or <see cref="Remote"/>, and from those that outputs name.</summary>
    /// <remarks>A remote belongs to all who push to it: what only others refer to is removed. Look first with <see cref="Dry"/>, and set <see cref="GracePeriod"/>.</remarks>
    public bool Cloud { get; set; }

    /// <summary>Gets or sets whether to remove from the cache also what is used, but is in its remote (<c>--not-in-remote</c>). Not together with <see cref="Cloud"/>.</summary>
    public bool NotInRemote { get; set; }

    /// <summary>Gets or sets the remote of the outputs that name none (<c>-r</c>), with <see cref="Cloud"/> or <see cref="NotInRemote"/>; null: the default one.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets how many requests a remote gets at once (<c>-j</c>), from 1 to 1024; null: as <see cref="DataTransferOptions.Jobs"/>.</summary>
    public int? Jobs { get; set; }

    /// <summary>Gets or sets whether to only tell what would be removed (<c>--dry</c>).</summary>
    public bool Dry { get; set; }

    /// <summary>Gets or sets whether metafiles of earlier commits that cannot be read are passed over (<c>--skip-failed</c>).</summary>
    public bool SkipFailed { get; set; }

    /// <summary>
    /// Gets or sets how long an object is kept after it came into the cache or the remote, whoever refers to it. Not in DVC. Default zero, as DVC:
    /// this repository's own operations are safe without. Set it where repositories that share a cache are not all named in <see cref="Projects"/>.
    /// </summary>
    public TimeSpan GracePeriod { get; set; }

    /// <summary>
    /// Gets or sets revisions, and ids of objects (32 digits, and <c>.dir</c> for a folder), that are kept in any case. Not in DVC. The
    /// lines of <c>.dvc/pins</c> are added; there <c>#</c> begins a comment.
    /// </summary>
    public IReadOnlyList<string> Pins { get; set; } = [];
}
