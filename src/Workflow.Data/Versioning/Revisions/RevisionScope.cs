namespace Workflow.Data.Versioning.Revisions;

/// <summary>Which states of a repository count: always the workspace, and commits.</summary>
internal sealed record RevisionScope
{
    /// <summary>Gets whether the tips of the local branches count.</summary>
    public bool AllBranches { get; init; }

    /// <summary>Gets whether tags count.</summary>
    public bool AllTags { get; init; }

    /// <summary>Gets whether every commit that a reference reaches counts.</summary>
    public bool AllCommits { get; init; }

    /// <summary>Gets whether the commits of DVC's experiments count (<c>refs/exps</c>).</summary>
    public bool AllExperiments { get; init; }

    /// <summary>Gets single revisions, in git's notation.</summary>
    public IReadOnlyList<string> Revisions { get; init; } = [];

    /// <summary>Gets how many commits count from each of <see cref="Revisions"/> and from each branch back, along the first parents. From 1.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Gets the time from which on every commit counts.</summary>
    public DateTimeOffset? Since { get; init; }

    public bool IsWorkspaceOnly => !AllBranches && !AllTags && !AllCommits && !AllExperiments && Revisions.Count == 0 && Since is null;
}
