using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Inference.Rollouts;

/// <summary>Where a rollout stands at one moment, and why. Immutable.</summary>
public sealed record RolloutStatus
{
    /// <summary>Gets how far it is.</summary>
    public required RolloutPhase Phase { get; init; }

    /// <summary>Gets the number of the step, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>Gets the challenger's share of the requests, in per cent.</summary>
    public required double Weight { get; init; }

    /// <summary>Gets the rollout's clock: its start, or the latest moment it was told of.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the evidence that the challenger is worse on any metric: the mean of the metrics' e-values.</summary>
    public required double DegradationEvidence { get; init; }

    /// <summary>Gets the evidence on each metric.</summary>
    public required ImmutableArray<MetricStatus> Metrics { get; init; }

    /// <summary>Gets the faults of the challenger so far.</summary>
    public required int Faults { get; init; }

    /// <summary>Gets what brought it here, in words and numbers.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Phase} at step {Step} ({Weight} %): {Reason}");
}
