namespace Workflow.Inference.Rollouts;

/// <summary>A loss on which models are compared. Immutable.</summary>
public sealed record RolloutMetric
{
    /// <summary>Gets the name that observations use. Default <c>loss</c>.</summary>
    public string Name { get; init; } = "loss";

    /// <summary>
    /// Gets how much worse the mean loss may be, in the loss's own unit, more than 0 and less than 1. Default 0.01. A challenger that is
    /// proven not to be worse by more is promoted; one that is proven to be worse at all is rolled back, whatever the tolerance.
    /// </summary>
    public double Tolerance { get; init; } = 0.01;
}
