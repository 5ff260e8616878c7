namespace Workflow.Data.Versioning.Stages;

/// <summary>Under which key of a stage an output stands.</summary>
public enum StageOutputKind
{
    /// <summary><c>outs</c>.</summary>
    Output,

    /// <summary><c>metrics</c>.</summary>
    Metric,

    /// <summary><c>plots</c>.</summary>
    Plot,
}
