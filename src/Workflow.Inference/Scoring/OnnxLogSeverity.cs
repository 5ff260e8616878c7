namespace Workflow.Inference.Scoring;

/// <summary>How severe a message of ONNX Runtime is.</summary>
public enum OnnxLogSeverity
{
    /// <summary>Everything.</summary>
    Verbose,

    /// <summary>What it does.</summary>
    Information,

    /// <summary>What may be wrong.</summary>
    Warning,

    /// <summary>What is wrong.</summary>
    Error,

    /// <summary>What ends the process.</summary>
    Fatal,
}
