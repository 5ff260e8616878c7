namespace Workflow.Data.Pages;

/// <summary>A figure and what it is. Immutable.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The figure, with its unit.</param>
public sealed record PageFact(string Name, string Value);
