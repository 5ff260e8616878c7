namespace Workflow.Data.Lineage;

/// <summary>The kinds of things that the suite itself links. Others may be added by whoever needs them.</summary>
public static class LineageKinds
{
    /// <summary>A version of a data set. Its id is the digest of the data, <c>sha256:…</c>; see <see cref="DatasetVersion"/>.</summary>
    public const string Dataset = "dataset";

    /// <summary>A definition of features. Its id is the definition's digest.</summary>
    public const string FeatureView = "feature-view";

    /// <summary>A training run. Its id is the run's.</summary>
    public const string Run = "run";

    /// <summary>A version of a model. Its id is its reference, <c>delay/3</c>.</summary>
    public const string Model = "model";

    /// <summary>A commit of the code. Its id is the commit's hash.</summary>
    public const string Commit = "commit";

    /// <summary>What a run ran in: machine, libraries. Its id is a digest of the description.</summary>
    public const string Environment = "environment";

    /// <summary>The report of a gate. Its id is the report's digest.</summary>
    public const string Gate = "gate";

    /// <summary>A version of a model in another registry. Its id is the registry's place, <c>#</c> and the reference there.</summary>
    public const string ForeignModel = "foreign-model";
}
