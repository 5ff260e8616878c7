using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>A section of a page: a heading and what stands below it. Immutable.</summary>
public sealed record PageSection
{
    /// <summary>Gets the heading.</summary>
    public required string Title { get; init; }

    /// <summary>Gets what stands below it, in order.</summary>
    public required ImmutableArray<PageBlock> Blocks { get; init; }
}
