namespace Workflow.Onnx;

/// <summary>Bytes are not a readable ONNX model: truncated, damaged, or beyond the limits set for reading.</summary>
/// <remarks>Not transient: the same bytes fail again.</remarks>
public sealed class OnnxFormatException : Exception
{
    /// <summary>Describes damage at one place.</summary>
    /// <param name="path">The message field being read, for example <c>model.graph.node[3].attribute[0]</c>.</param>
    /// <param name="offset">The byte offset from the start of the model.</param>
    /// <param name="reason">What was expected and what was found.</param>
    public OnnxFormatException(string path, long offset, string reason)
        : base($"The bytes are not a readable ONNX model: {reason} At byte {offset}, in {path}. Use an undamaged copy of the model, or raise the limit in {nameof(OnnxReadOptions)} if one is named.") =>
        (Path, Offset, Reason) = (path, offset, reason);

    /// <summary>Gets the message field being read, for example <c>model.graph.node[3].attribute[0]</c>.</summary>
    public string Path { get; }

    /// <summary>Gets the byte offset from the start of the model.</summary>
    public long Offset { get; }

    /// <summary>Gets what was expected and what was found.</summary>
    public string Reason { get; }
}
