namespace Workflow.Data.Pages;

/// <summary>A moment or a span of a <see cref="Timeline"/>. Immutable.</summary>
public sealed record TimelineItem
{
    /// <summary>Gets what happened, in a few words.</summary>
    public required string Label { get; init; }

    /// <summary>Gets when it happened or began.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Gets when it ended; null for a moment.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Gets more about it, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets what it means.</summary>
    public PageTone Tone { get; init; }
}
