namespace Workflow.Features.Consistency;

/// <summary>How often a feature differed for one cause. Immutable.</summary>
/// <param name="Feature">The feature's column.</param>
/// <param name="Cause">The cause.</param>
/// <param name="Count">How many values.</param>
public sealed record MismatchCount(string Feature, MismatchCause Cause, long Count);
