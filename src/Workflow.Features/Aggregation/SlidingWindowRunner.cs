namespace Workflow.Features.Aggregation;

/// <summary>Slides by adding what begins to count and removing what grows too old. Also right without an inverse if nothing grows too old.</summary>
internal sealed class SlidingWindowRunner<TState>(Aggregate<TState> aggregate, double[][] inputs) : WindowRunner
    where TState : struct
{
    private TState _state = aggregate.Identity;

    public override void Run(KeyRun run, ReadOnlySpan<int> starts, FeatureCells cells)
    {
        ref var state = ref _state;
        aggregate.Clear(ref state);
        ReadOnlySpan<double[]> columns = inputs;
        var (added, start, last) = (0, 0, long.MinValue);
        for (var j = 0; j < starts.Length; j++)
        {
            // What grows too old is removed only if it was added: if it counted at the query before.
            for (; start < starts[j]; start++)
            {
                if (run.Visible[start] <= last)
                {
                    aggregate.Remove(ref state, new FeatureEvent(run.Times[start], columns, start));
                }
            }

            // What begins to count after it has grown too old is never added.
            for (; added < run.Ends[j]; added++)
            {
                var position = run.ByVisibility[added];
                if (position >= start)
                {
                    aggregate.Add(ref state, new FeatureEvent(run.Times[position], columns, position));
                }
            }

            last = run.Queries[j];
            cells.Set(run.Rows[j], aggregate.Finish(state, last));
        }
    }
}
