using Workflow.Data.Storage;

namespace Workflow.Data.Lineage;

/// <summary>What went into a run and what came of it, for <see cref="LineageStore.LinkRunAsync"/>.</summary>
public sealed class RunLineage
{
    /// <summary>Gets or sets the run's id.</summary>
    public required string RunId { get; set; }

    /// <summary>Gets or sets the versions of data that it read; described by the same call.</summary>
    public IReadOnlyCollection<DatasetVersion> Datasets { get; set; } = [];

    /// <summary>Gets or sets the digests of the feature definitions that it used.</summary>
    public IReadOnlyCollection<ContentDigest> FeatureViews { get; set; } = [];

    /// <summary>Gets or sets the commit of its code; null where it is not known.</summary>
    public string? Commit { get; set; }

    /// <summary>Gets or sets the digest of its environment's description; null where it is not known.</summary>
    public ContentDigest? Environment { get; set; }

    /// <summary>Gets or sets the versions of models that it made, as <c>delay/3</c>.</summary>
    public IReadOnlyCollection<string> Models { get; set; } = [];

    internal IEnumerable<LineageEdge> Edges(DateTimeOffset at)
    {
        var run = new LineageNode(LineageKinds.Run, RunId);
        foreach (var dataset in Datasets)
        {
            yield return new LineageEdge(dataset.Node, run, "read-by", at);
        }

        foreach (var view in FeatureViews)
        {
            yield return new LineageEdge(new LineageNode(LineageKinds.FeatureView, view.ToString()), run, "used-by", at);
        }

        if (Commit is not null)
        {
            yield return new LineageEdge(new LineageNode(LineageKinds.Commit, Commit), run, "ran-as", at);
        }

        if (Environment is { } environment)
        {
            yield return new LineageEdge(new LineageNode(LineageKinds.Environment, environment.ToString()), run, "hosted", at);
        }

        foreach (var model in Models)
        {
            yield return new LineageEdge(run, new LineageNode(LineageKinds.Model, model), "produced", at);
        }
    }
}
