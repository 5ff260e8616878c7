namespace Workflow.Features.Aggregation;

/// <summary>The offline driver: slides one window of one aggregate over the queries of one key after the other.</summary>
/// <remarks>
/// An event is in the window of query q when it counts by then and its time is not before q − W. Events do not begin to count in the
/// order of their times, so there are two orders: additions follow visibility, removals follow event time. Not thread-safe; create one per worker.
/// </remarks>
internal abstract class WindowRunner
{
    /// <summary>Computes the window's value at each query.</summary>
    /// <param name="run">The key's events and queries.</param>
    /// <param name="starts">For each query, the first position in event-time order that is not too old. Ascending.</param>
    /// <param name="cells">The whole output column: written at <see cref="KeyRun.Rows"/> only.</param>
    public abstract void Run(KeyRun run, ReadOnlySpan<int> starts, FeatureCells cells);
}
