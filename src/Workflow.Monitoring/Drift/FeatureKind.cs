namespace Workflow.Monitoring.Drift;

/// <summary>How a feature's values are put into bins.</summary>
public enum FeatureKind
{
    /// <summary>Numbers and truth values, between edges.</summary>
    Numeric,

    /// <summary>Strings, one bin for each frequent one.</summary>
    Category,
}
