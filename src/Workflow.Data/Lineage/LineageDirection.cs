namespace Workflow.Data.Lineage;

/// <summary>Which way a question goes.</summary>
public enum LineageDirection
{
    /// <summary>To what led to a thing: its ancestors.</summary>
    Upstream,

    /// <summary>To what came of a thing: its descendants.</summary>
    Downstream,
}
