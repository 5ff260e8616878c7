namespace Workflow.Monitoring.Contracts;

/// <summary>What was counted in one column while a contract was checked. Immutable.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Nulls">The rows without a value.</param>
/// <param name="NaNs">The rows whose value is NaN: not the same as null.</param>
public sealed record ColumnCounts(string Column, long Nulls, long NaNs);
