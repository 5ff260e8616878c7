using System.Collections.Immutable;

namespace Workflow.Training.LightGbm.Text;

/// <summary>A model in LightGBM's text format, read and checked in full. Immutable.</summary>
internal sealed record ModelText
{
    /// <summary>Gets how many scores a row has. As many trees make an iteration: tree i adds to the score i modulo this.</summary>
    public required int ScoresPerRow { get; init; }

    /// <summary>Gets the names of the features as LightGBM knows them, in column order, all different.</summary>
    public required ImmutableArray<string> FeatureNames { get; init; }

    /// <summary>Gets what the scores mean.</summary>
    public required Objective Objective { get; init; }

    /// <summary>Gets whether scores are means over the iterations (random forest) and not sums.</summary>
    public required bool IsAveraged { get; init; }

    /// <summary>Gets the trees, in the order in which LightGBM adds them up.</summary>
    public required ImmutableArray<Tree> Trees { get; init; }
}
