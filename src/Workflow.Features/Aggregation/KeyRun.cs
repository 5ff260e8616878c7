namespace Workflow.Features.Aggregation;

/// <summary>The events and queries of one key, sorted: what every aggregate of a view slides over.</summary>
internal readonly ref struct KeyRun
{
    /// <summary>Gets the event times, ascending; equal times in source order.</summary>
    public required ReadOnlySpan<long> Times { get; init; }

    /// <summary>Gets when each event, in the order of <see cref="Times"/>, begins to count.</summary>
    public required ReadOnlySpan<long> Visible { get; init; }

    /// <summary>Gets the events' positions in the order in which they begin to count.</summary>
    public required ReadOnlySpan<int> ByVisibility { get; init; }

    /// <summary>Gets the query times, ascending.</summary>
    public required ReadOnlySpan<long> Queries { get; init; }

    /// <summary>Gets, for each query, how many of <see cref="ByVisibility"/> count by then.</summary>
    public required ReadOnlySpan<int> Ends { get; init; }

    /// <summary>Gets the output row of each query.</summary>
    public required ReadOnlySpan<int> Rows { get; init; }
}
