namespace Workflow.Data.Registry;

/// <summary>Where a registry and its audit log stop agreeing. Immutable.</summary>
/// <param name="Sequence">The number of the entry where it shows; null where it shows only in the versions or aliases.</param>
/// <param name="What">What was expected and what was found.</param>
public sealed record AuditFault(long? Sequence, string What);
