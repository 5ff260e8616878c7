namespace Workflow.Inference.Rollouts;

/// <summary>The evidence on one metric at one moment. Immutable.</summary>
public sealed record MetricStatus
{
    /// <summary>Gets the metric.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how many comparisons were made.</summary>
    public required long Comparisons { get; init; }

    /// <summary>Gets the mean of challenger's loss minus champion's over the comparisons, from −1 to 1; NaN before the first.</summary>
    public required double MeanDifference { get; init; }

    /// <summary>Gets the evidence that the challenger is worse: an e-value, at least 0; 1 says nothing, 20 refutes "not worse" at 5 %.</summary>
    public required double DegradationEvidence { get; init; }

    /// <summary>Gets the evidence that the challenger is not worse by the tolerance or more: an e-value, at least 0.</summary>
    public required double NonInferiorityEvidence { get; init; }

    /// <summary>Gets how many of the challenger's losses the current step has seen.</summary>
    public required long ObservationsOfStep { get; init; }
}
