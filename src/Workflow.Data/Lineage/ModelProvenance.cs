using System.Collections.Immutable;

namespace Workflow.Data.Lineage;

/// <summary>Everything that a version of a model came of, sorted by what it is. Immutable.</summary>
/// <remarks>A prediction's <c>model version</c> leads here: the prediction log has the reference.</remarks>
public sealed record ModelProvenance
{
    /// <summary>Gets the version, as <c>delay/3</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the ids of the runs.</summary>
    public required ImmutableArray<string> Runs { get; init; }

    /// <summary>Gets the commits of the code.</summary>
    public required ImmutableArray<string> Commits { get; init; }

    /// <summary>Gets the versions of data that are described; see <see cref="Graph"/> for those that are only linked.</summary>
    public required ImmutableArray<DatasetVersion> Datasets { get; init; }

    /// <summary>Gets the digests of the feature definitions.</summary>
    public required ImmutableArray<string> FeatureViews { get; init; }

    /// <summary>Gets the digests of the environments.</summary>
    public required ImmutableArray<string> Environments { get; init; }

    /// <summary>Gets the whole graph.</summary>
    public required LineageGraph Graph { get; init; }
}
