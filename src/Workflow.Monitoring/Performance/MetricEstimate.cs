namespace Workflow.Monitoring.Performance;

/// <summary>A metric and its confidence interval. Immutable.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Lower">The lower end of the interval.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct MetricEstimate(double Value, double Lower, double Upper);
