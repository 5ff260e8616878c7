namespace Workflow.Onnx;

/// <summary>Something in a model that the ONNX specification does not allow.</summary>
/// <param name="Path">Where, for example <c>graph.node[3] 'sums'</c>.</param>
/// <param name="Message">What was expected and what was found.</param>
public sealed record OnnxProblem(string Path, string Message);
