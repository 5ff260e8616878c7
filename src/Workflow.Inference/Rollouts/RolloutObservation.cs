namespace Workflow.Inference.Rollouts;

/// <summary>The losses of one row, known once its label has arrived. Immutable.</summary>
public sealed record RolloutObservation
{
    /// <summary>Gets what the request was routed by. A key counts once for each metric: retries and reruns change nothing.</summary>
    public required string Key { get; init; }

    /// <summary>Gets when the label arrived. The rollout's clock is the latest of these; they may come out of order.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the metric. Default <c>loss</c>.</summary>
    public string Metric { get; init; } = "loss";

    /// <summary>Gets the champion's loss, from 0 to 1 (a squared error of a probability, 1 for a wrong decision …); null where it did not score the row.</summary>
    public double? ChampionLoss { get; init; }

    /// <summary>Gets the challenger's loss, from 0 to 1; null where it did not score the row.</summary>
    public double? ChallengerLoss { get; init; }
}
