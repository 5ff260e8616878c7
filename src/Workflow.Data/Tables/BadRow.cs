namespace Workflow.Data.Tables;

/// <summary>A row of a text file that does not fit the schema. Immutable.</summary>
/// <param name="Line">The line that the row starts at; the first line of a file is 1.</param>
/// <param name="Column">The column; null when the row as a whole is wrong.</param>
/// <param name="Value">The value, cut to 100 characters; null when the row as a whole is wrong.</param>
/// <param name="Expected">What was expected, for example <c>int64, not null</c> or <c>5 fields, got 4</c>.</param>
public sealed record BadRow(long Line, string? Column, string? Value, string Expected);
