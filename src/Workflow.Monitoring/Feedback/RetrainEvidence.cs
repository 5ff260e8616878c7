using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Performance;

namespace Workflow.Monitoring.Feedback;

/// <summary>What is known about a model in production when the question of retraining comes up. Immutable.</summary>
public sealed record RetrainEvidence
{
    /// <summary>Gets the present moment.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets the moment up to which the model has seen data.</summary>
    public required DateTimeOffset TrainedAt { get; init; }

    /// <summary>Gets the AUC that the model had when it was registered, on rows it had not learnt from.</summary>
    public required double ReferenceAuc { get; init; }

    /// <summary>Gets the number of labels that came after <see cref="TrainedAt"/>.</summary>
    public required long NewLabels { get; init; }

    /// <summary>Gets the newest window whose performance is no longer provisional, or null where there is none.</summary>
    public WindowPerformance? Performance { get; init; }

    /// <summary>Gets the newest drift report, or null where there is none.</summary>
    public DriftReport? Drift { get; init; }

    /// <summary>Gets the moment of the last training that a policy called for, or null where there was none.</summary>
    public DateTimeOffset? LastRetrain { get; init; }
}
