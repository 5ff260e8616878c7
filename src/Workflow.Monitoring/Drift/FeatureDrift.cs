using System.Collections.Immutable;

namespace Workflow.Monitoring.Drift;

/// <summary>How far one feature moved. Immutable.</summary>
public sealed record FeatureDrift
{
    /// <summary>Gets the feature's name.</summary>
    public required string Feature { get; init; }

    /// <summary>Gets the conclusion.</summary>
    public required DriftVerdict Verdict { get; init; }

    /// <summary>Gets the population stability index, in nats, from shares smoothed by (c + ½)/(n + k/2). NaN without rows.</summary>
    public required double Psi { get; init; }

    /// <summary>Gets the index that chance alone exceeds with the probability of the level, for this window's size and one feature. NaN where nothing was tested.</summary>
    public required double CriticalPsi { get; init; }

    /// <summary>Gets the probability of an index at least this large without drift. NaN where nothing was tested.</summary>
    public required double PValue { get; init; }

    /// <summary>Gets the p-value adjusted for the number of features. NaN where nothing was tested.</summary>
    public required double AdjustedPValue { get; init; }

    /// <summary>Gets how the p-value was found.</summary>
    public required DriftTestMethod Method { get; init; }

    /// <summary>Gets the bins that hold a row on either side.</summary>
    public required ImmutableArray<BinDrift> Bins { get; init; }
}
