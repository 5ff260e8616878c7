namespace Workflow.Features.Consistency;

/// <summary>A feature of one row that changed although only its future did. Immutable.</summary>
/// <param name="Row">The label row, from 0.</param>
/// <param name="Feature">The feature's column.</param>
/// <param name="Moment">The moment after which the events were changed: not before the row's own.</param>
/// <param name="Before">The value from the true events, at most 100 characters.</param>
/// <param name="After">The value after the change, likewise.</param>
public sealed record LeakedValue(long Row, string Feature, DateTimeOffset Moment, string Before, string After);
