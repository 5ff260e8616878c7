namespace Workflow.Features.Aggregation;

/// <summary>Slides by adding what begins to count and forgetting what lies before the window: O(1) an event, amortised, where events come about in time order.</summary>
internal sealed class ForgettingWindowRunner<TState>(Aggregate<TState> aggregate, double[][] inputs) : WindowRunner
    where TState : struct
{
    private TState _state = aggregate.Identity;

    public override void Run(KeyRun run, ReadOnlySpan<int> starts, FeatureCells cells)
    {
        ref var state = ref _state;
        aggregate.Clear(ref state);
        ReadOnlySpan<double[]> columns = inputs;
        var (added, start) = (0, 0);
        for (var j = 0; j < starts.Length; j++)
        {
            if (starts[j] > start)
            {
                start = starts[j];
                aggregate.Forget(ref state, start < run.Times.Length ? run.Times[start] : long.MaxValue);
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

            cells.Set(run.Rows[j], aggregate.Finish(state, run.Queries[j]));
        }
    }
}
