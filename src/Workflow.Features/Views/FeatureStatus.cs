namespace Workflow.Features.Views;

/// <summary>Where a feature's value comes from.</summary>
public enum FeatureStatus
{
    /// <summary>A row counts. Its value may itself be null.</summary>
    Present = 0,

    /// <summary>No row counts: the key is unknown or null, or its rows lie after the query. The value is null.</summary>
    NotFound = 1,

    /// <summary>The newest row that counts is older than the view's time to live. The value is null.</summary>
    OutsideMaxAge = 2,
}
