namespace Workflow.Training.Experiments;

/// <summary>One value of one metric. Immutable.</summary>
/// <param name="Name">The metric: 1 to 250 characters.</param>
/// <param name="Value">Any number, NaN and infinities too.</param>
/// <param name="Step">The iteration or epoch; 0 where there is only one value.</param>
public readonly record struct MetricPoint(string Name, double Value, long Step = 0);
