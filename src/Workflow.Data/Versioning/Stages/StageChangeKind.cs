namespace Workflow.Data.Versioning.Stages;

/// <summary>How a dependency, an output or a parameter differs from what was recorded.</summary>
public enum StageChangeKind
{
    /// <summary>Its content is another, or none was recorded.</summary>
    Modified,

    /// <summary>It is not there.</summary>
    Deleted,

    /// <summary>Nothing was recorded for it.</summary>
    New,

    /// <summary>The cache does not hold what was recorded.</summary>
    NotInCache,

    /// <summary>The repository that it was imported from has moved on.</summary>
    UpdateAvailable,
}
