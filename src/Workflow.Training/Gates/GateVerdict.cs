namespace Workflow.Training.Gates;

/// <summary>What a gate says about a challenger.</summary>
public enum GateVerdict
{
    /// <summary>The rows show that the challenger is better by enough, and no worse where it must not be.</summary>
    Promote,

    /// <summary>The rows show that it is not.</summary>
    Reject,

    /// <summary>The rows show neither: keep the champion and gather more.</summary>
    NotEnoughEvidence,
}
