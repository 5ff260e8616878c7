namespace Workflow.Features.Views;

/// <summary>Where a feature's value comes from.</summary>
public enum FeatureStatus
{
    /// <summary>A row counts. Offline its value may itself be null, which online is <see cref="NullValue"/>.</summary>
    Present = 0,

    /// <summary>No row counts: the key is unknown or null, or its rows lie after the query. The value is null.</summary>
    NotFound = 1,

    /// <summary>The newest row that counts is older than the view's time to live. The value is null.</summary>
    OutsideMaxAge = 2,

    /// <summary>Online only: a row counts, and its value is null.</summary>
    NullValue = 3,

    /// <summary>Online only: the store did not answer in time. Nothing is known; the value is null.</summary>
    NotAnswered = 4,

    /// <summary>Online only: the stored row was written by another definition of the view. The value is null.</summary>
    OtherDefinition = 5,

    /// <summary>Online only: what is stored is no value of the feature's type. The value is null.</summary>
    Invalid = 6,
}
