namespace Workflow.Data.Pages;

/// <summary>A horizontal line across a <see cref="LineChart"/>, for example a limit. Immutable.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Where it is.</param>
public sealed record ChartMark(string Name, double Value);
