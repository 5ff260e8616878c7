namespace Workflow.Monitoring.Feedback;

/// <summary>What one condition of a retrain policy says.</summary>
public enum RetrainOutcome
{
    /// <summary>It sees no cause.</summary>
    Quiet,

    /// <summary>It cannot tell yet.</summary>
    Undecided,

    /// <summary>It calls for a training.</summary>
    Fires,

    /// <summary>It forbids a training now, whatever fires.</summary>
    Forbids,
}
