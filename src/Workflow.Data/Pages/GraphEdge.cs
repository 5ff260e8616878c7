namespace Workflow.Data.Pages;

/// <summary>An arrow of a <see cref="GraphDiagram"/>. Immutable.</summary>
/// <param name="From">The id of the node it leaves.</param>
/// <param name="To">The id of the node it reaches.</param>
/// <param name="Label">What it says, for example <c>trained on</c>; null for nothing.</param>
public sealed record GraphEdge(string From, string To, string? Label = null);
