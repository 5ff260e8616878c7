namespace Workflow.Inference.Rollouts;

/// <summary>A failure of the challenger while it scored: an exception, or a score that is no number. Immutable.</summary>
public sealed record RolloutFault
{
    /// <summary>Gets when it failed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets what failed, for the journal: at most its first 500 characters are kept. Without personal data.</summary>
    public required string Detail { get; init; }
}
