namespace Workflow.Data.Tables;

/// <summary>One difference between an expected and an actual table schema. Immutable.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Expected">What was expected, for example <c>int64, not null</c>; null where the column was not expected at all.</param>
/// <param name="Actual">What was found; null where the column is missing.</param>
public sealed record SchemaDifference(string Column, string? Expected, string? Actual);
