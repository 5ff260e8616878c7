namespace Workflow.Inference.Rollouts;

/// <summary>How far a rollout is. All but <see cref="Running"/> are final.</summary>
public enum RolloutPhase
{
    /// <summary>Evidence is being gathered.</summary>
    Running,

    /// <summary>Yes: the challenger was shown not to be worse by more than the tolerance, at every step. It answers everything.</summary>
    Promoted,

    /// <summary>No: the challenger was shown to be worse, or failed. The champion answers everything.</summary>
    RolledBack,

    /// <summary>Not enough evidence for either by the deadline. The champion answers everything.</summary>
    NotEnoughEvidence,
}
