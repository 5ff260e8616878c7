namespace Workflow.Onnx;

/// <summary>Limits for reading a model from bytes that nobody vouches for.</summary>
public sealed class OnnxReadOptions
{
    /// <summary>Gets or sets how deep messages may nest. Default 100, as in Google's own parsers; from 1 to 100.</summary>
    public int MaxDepth { get; set; } = 100;

    /// <summary>
    /// Gets or sets how many messages, strings and unpacked numbers the model may hold. Default 16 Mi; at least 1. An object costs
    /// far more memory than the two bytes that ask for it.
    /// </summary>
    public int MaxElements { get; set; } = 16 * 1024 * 1024;
}
