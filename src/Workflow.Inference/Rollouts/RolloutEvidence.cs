namespace Workflow.Inference.Rollouts;

/// <summary>What the two models are compared on.</summary>
public enum RolloutEvidence
{
    /// <summary>Both models score every observed row, one of them in the shadow. The strongest evidence: differences between rows cancel.</summary>
    Paired,

    /// <summary>Each model scores its own requests; the challenger's are compared with the control slice's, in the order of arrival.</summary>
    ControlSlice,
}
