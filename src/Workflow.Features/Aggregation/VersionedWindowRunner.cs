namespace Workflow.Features.Aggregation;

/// <summary>The offline driver of keys some of whose events stop to count before they are too old, because a later version replaces them.</summary>
/// <remarks>An event is in the window of query q when it begins to count by then and its exit lies after q. Not thread-safe; create one per worker.</remarks>
internal abstract class VersionedWindowRunner
{
    /// <summary>Computes the window's value at each query.</summary>
    /// <param name="run">The key's events and queries.</param>
    /// <param name="exits">For each event, in the order of <see cref="KeyRun.Times"/>, the first moment at which it counts no more.</param>
    /// <param name="byExit">The events' positions in the order of their exits.</param>
    /// <param name="cells">The whole output column: written at <see cref="KeyRun.Rows"/> only.</param>
    public void Run(KeyRun run, ReadOnlySpan<long> exits, ReadOnlySpan<int> byExit, FeatureCells cells)
    {
        Clear(run.Times.Length);
        var (added, removed, last) = (0, 0, long.MinValue);
        for (var j = 0; j < run.Queries.Length; j++)
        {
            var query = run.Queries[j];
            for (; removed < byExit.Length && exits[byExit[removed]] <= query; removed++)
            {
                // It was added if it counted at the query before.
                if (run.Visible[byExit[removed]] <= last)
                {
                    Remove(run, byExit[removed]);
                }
            }

            for (; added < run.Ends[j]; added++)
            {
                if (exits[run.ByVisibility[added]] > query)
                {
                    Add(run, run.ByVisibility[added]);
                }
            }

            last = query;
            cells.Set(run.Rows[j], Finish(query));
        }
    }

    protected abstract void Clear(int events);

    protected abstract void Add(KeyRun run, int position);

    protected abstract void Remove(KeyRun run, int position);

    protected abstract FeatureValue Finish(long query);
}

/// <summary>Takes events out by the inverse.</summary>
internal sealed class VersionedSlidingRunner<TState>(Aggregate<TState> aggregate, double[][] inputs) : VersionedWindowRunner
    where TState : struct
{
    private TState _state = aggregate.Identity;

    protected override void Clear(int events) => aggregate.Clear(ref _state);

    protected override void Add(KeyRun run, int position) => aggregate.Add(ref _state, new FeatureEvent(run.Times[position], inputs, position));

    protected override void Remove(KeyRun run, int position) => aggregate.Remove(ref _state, new FeatureEvent(run.Times[position], inputs, position));

    protected override FeatureValue Finish(long query) => aggregate.Finish(_state, query);
}

/// <summary>Takes events out without an inverse: a segment tree over the events in time order, whose leaves fill and empty. O(log n) an event.</summary>
internal sealed class VersionedTreeRunner<TState>(Aggregate<TState> aggregate, double[][] inputs) : VersionedWindowRunner
    where TState : struct
{
    private TState[] _nodes = [];
    private int _leaves = 1;

    protected override void Clear(int events)
    {
        _leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, events));
        if (_nodes.Length < 2 * _leaves)
        {
            _nodes = new TState[2 * _leaves];
        }

        _nodes.AsSpan(0, 2 * _leaves).Fill(aggregate.Identity);
    }

    protected override void Add(KeyRun run, int position)
    {
        aggregate.Add(ref _nodes[_leaves + position], new FeatureEvent(run.Times[position], inputs, position));
        MergeAbove(position);
    }

    protected override void Remove(KeyRun run, int position)
    {
        _nodes[_leaves + position] = aggregate.Identity;
        MergeAbove(position);
    }

    protected override FeatureValue Finish(long query) => aggregate.Finish(_nodes[1], query);

    private void MergeAbove(int position)
    {
        for (var node = (_leaves + position) >> 1; node > 0; node >>= 1)
        {
            var merged = aggregate.Copy(_nodes[2 * node]);
            aggregate.Merge(ref merged, _nodes[(2 * node) + 1]);
            _nodes[node] = merged;
        }
    }
}
