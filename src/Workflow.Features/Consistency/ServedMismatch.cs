namespace Workflow.Features.Consistency;

/// <summary>A served value that its events do not give. Immutable.</summary>
/// <param name="Row">The row of the log, from 0.</param>
/// <param name="Feature">The feature's column.</param>
/// <param name="Cause">Why, as far as it can be told.</param>
/// <param name="Served">What was served, at most 100 characters.</param>
/// <param name="Replayed">What the events give, at most 100 characters.</param>
public sealed record ServedMismatch(long Row, string Feature, MismatchCause Cause, string Served, string Replayed);
