namespace Workflow.Data.Registry;

/// <summary>The end of the chain, kept apart from it.</summary>
internal sealed record AuditHead(long Sequence, string Hash);
