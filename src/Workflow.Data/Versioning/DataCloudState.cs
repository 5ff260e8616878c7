namespace Workflow.Data.Versioning;

/// <summary>Where the content of a tracked path is.</summary>
public enum DataCloudState
{
    /// <summary>In the cache only: push it.</summary>
    New,

    /// <summary>In the remote only: fetch it.</summary>
    Deleted,

    /// <summary>In neither.</summary>
    Missing,
}
