namespace Workflow.Data.Versioning;

/// <summary>Whose objects <see cref="DataRepository.ScrubAsync"/> looks for. Whatever is in the cache is read in any case.</summary>
public sealed class DataScrubOptions
{
    /// <summary>Gets or sets whether what the tips of the local branches refer to must be there, besides what the workspace does (<c>-a</c>).</summary>
    public bool AllBranches { get; set; }

    /// <summary>Gets or sets whether what tags refer to must be there (<c>-T</c>).</summary>
    public bool AllTags { get; set; }

    /// <summary>Gets or sets whether what any commit refers to must be there (<c>-A</c>).</summary>
    public bool AllCommits { get; set; }
}
