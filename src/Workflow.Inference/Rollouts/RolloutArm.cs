namespace Workflow.Inference.Rollouts;

/// <summary>Which model answers a request while a challenger is being tried.</summary>
public enum RolloutArm
{
    /// <summary>The model in production.</summary>
    Champion,

    /// <summary>The model in production, for the slice of requests that is compared with the challenger's: as large, and taken in the same way.</summary>
    Control,

    /// <summary>The model on trial.</summary>
    Challenger,
}
