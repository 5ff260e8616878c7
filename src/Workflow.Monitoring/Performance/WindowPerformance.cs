namespace Workflow.Monitoring.Performance;

/// <summary>How well a model did in one window, as far as labels are known. Immutable.</summary>
public sealed record WindowPerformance
{
    /// <summary>Gets the first moment of the window, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Gets the first moment after the window.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Gets the number of predictions.</summary>
    public required long Predictions { get; init; }

    /// <summary>Gets the number of predictions whose label is known.</summary>
    public required long Labelled { get; init; }

    /// <summary>Gets the number of labels that are 1.</summary>
    public required long Positives { get; init; }

    /// <summary>Gets the share of predictions whose label is known, from 0 to 1. Early labels are no random sample: a low share may mislead.</summary>
    public double Coverage => (double)Labelled / Predictions;

    /// <summary>Gets the mean time from a prediction to the moment at which its label became known; null without labels.</summary>
    public required TimeSpan? MeanDelay { get; init; }

    /// <summary>Gets the area under the ROC curve with its DeLong interval on the logit scale; null unless both classes occur.</summary>
    public required MetricEstimate? Auc { get; init; }

    /// <summary>Gets the mean log loss, in nats; null without labels or where a score is no probability.</summary>
    public required double? LogLoss { get; init; }

    /// <summary>Gets the mean squared error of the probability; null without labels or where a score is no probability.</summary>
    public required double? Brier { get; init; }

    /// <summary>Gets whether too few labels are known while more may still come.</summary>
    public required bool IsProvisional { get; init; }
}
