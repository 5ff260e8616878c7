namespace Workflow.Features.Aggregation;

/// <summary>Slides without an inverse: a segment tree over the events in time order, whose leaves fill as events begin to count.</summary>
internal sealed class TreeWindowRunner<TState>(Aggregate<TState> aggregate, double[][] inputs) : WindowRunner
    where TState : struct
{
    private TState[] _nodes = [];

    public override void Run(KeyRun run, ReadOnlySpan<int> starts, FeatureCells cells)
    {
        var leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, run.Times.Length));
        if (_nodes.Length < 2 * leaves)
        {
            _nodes = new TState[2 * leaves];
        }

        var nodes = _nodes.AsSpan(0, 2 * leaves);
        foreach (ref var node in nodes)
        {
            node = aggregate.Identity;
        }

        ReadOnlySpan<double[]> columns = inputs;
        var added = 0;
        for (var j = 0; j < starts.Length; j++)
        {
            for (; added < run.Ends[j]; added++)
            {
                var position = run.ByVisibility[added];
                var node = leaves + position;
                aggregate.Add(ref nodes[node], new FeatureEvent(run.Times[position], columns, position));
                for (node >>= 1; node > 0; node >>= 1)
                {
                    var merged = aggregate.Copy(nodes[2 * node]);
                    aggregate.Merge(ref merged, nodes[(2 * node) + 1]);
                    nodes[node] = merged;
                }
            }

            cells.Set(run.Rows[j], aggregate.Finish(Suffix(nodes, leaves, starts[j]), run.Queries[j]));
        }
    }

    // Merges the leaves from start to the end, earlier before later.
    private TState Suffix(ReadOnlySpan<TState> nodes, int leaves, int start)
    {
        var state = aggregate.Identity;
        if (start >= leaves)
        {
            return state;
        }

        var node = leaves + start;
        aggregate.Merge(ref state, nodes[node]);
        for (; node > 1; node >>= 1)
        {
            if ((node & 1) == 0)
            {
                aggregate.Merge(ref state, nodes[node + 1]);
            }
        }

        return state;
    }
}
