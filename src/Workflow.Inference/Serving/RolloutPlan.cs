using Workflow.Inference.Rollouts;

namespace Workflow.Inference.Serving;

/// <summary>What it takes to try a challenger.</summary>
public sealed class RolloutPlan
{
    /// <summary>Gets or sets the rollout's name, for example <c>delay/7</c>. The same name after a restart goes on with it.</summary>
    public required string Id { get; set; }

    /// <summary>Gets or sets where the challenger comes from.</summary>
    public required ModelSource Challenger { get; set; }

    /// <summary>Gets or sets the settings. Default: the documented defaults.</summary>
    public CanaryOptions Options { get; set; } = new();

    /// <summary>Gets or sets the start of the rollout's clock, in the time of its observations. Default null: now.</summary>
    public DateTimeOffset? StartedAt { get; set; }
}
