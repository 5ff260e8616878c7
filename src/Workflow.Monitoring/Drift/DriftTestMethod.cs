namespace Workflow.Monitoring.Drift;

/// <summary>How a p-value was found.</summary>
public enum DriftTestMethod
{
    /// <summary>No test: the window or the reference has fewer rows than the detector's minimum.</summary>
    None,

    /// <summary>The asymptotic law: PSI / (1/m + 1/n) follows χ² with one degree of freedom less than there are bins. Every expected count is at least 10.</summary>
    ChiSquared,

    /// <summary>Rows dealt to reference and window at random, with the bins' totals kept: right for any counts.</summary>
    Permutation,
}
