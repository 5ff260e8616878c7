namespace Workflow.Monitoring.Drift;

/// <summary>What a drift test concludes.</summary>
public enum DriftVerdict
{
    /// <summary>The window is too small to tell a drift of the size that matters from chance, and what it shows could be chance.</summary>
    NotEnoughEvidence,

    /// <summary>A drift of the size that matters would have shown, and did not.</summary>
    NoDrift,

    /// <summary>The change is both large enough to matter and too large to be chance.</summary>
    Drift,
}
