using Workflow.Monitoring.Performance;

namespace Workflow.Monitoring.Reports;

/// <summary>The performance of one model of several in a report. Immutable.</summary>
/// <param name="Name">What the reader calls it, for example <c>champion v1</c>.</param>
/// <param name="Report">How well it did.</param>
public sealed record NamedPerformance(string Name, PerformanceReport Report);
