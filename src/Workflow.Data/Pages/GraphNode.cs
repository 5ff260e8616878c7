namespace Workflow.Data.Pages;

/// <summary>A node of a <see cref="GraphDiagram"/>. Immutable.</summary>
/// <param name="Id">What edges refer to; unique.</param>
/// <param name="Kind">What it is, for example <c>run</c>.</param>
/// <param name="Label">Its name.</param>
/// <param name="IsHighlighted">Whether the reader should start here.</param>
public sealed record GraphNode(string Id, string Kind, string Label, bool IsHighlighted = false);
