namespace Workflow.Data.Lineage;

/// <summary>That one thing went into another. Immutable.</summary>
/// <param name="From">What was there before: a dataset.</param>
/// <param name="To">What came of it: the run that read it.</param>
/// <param name="Relation">How: <c>read-by</c>, <c>produced</c>, <c>promoted</c> …; at most 64 bytes of UTF-8.</param>
/// <param name="At">When; kept to the microsecond. Of an edge that is linked again the first moment stays.</param>
public sealed record LineageEdge(LineageNode From, LineageNode To, string Relation, DateTimeOffset At);
