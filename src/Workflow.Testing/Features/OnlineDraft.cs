namespace Workflow.Testing.Features;

/// <summary>One row to write: a driver, when, and its two values.</summary>
internal sealed record OnlineDraft(long Driver, long Event, double? X, long? N)
{
    /// <summary>Gets when it could be known; null for the event time.</summary>
    public long? Available { get; init; }
}
