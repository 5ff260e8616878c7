namespace Workflow.Features.Aggregation;

/// <summary>Min and max with the values that may yet become the extreme: each later one is less extreme. O(1) an event, amortised, where events come about in time order.</summary>
internal sealed class SlidingExtremeAggregate(string column, bool isMax)
    : Aggregate<SlidingExtremeAggregate.State>(isMax ? "max" : "min", FeatureValueKind.Float64, [column])
{
    public override bool IsCommutative => true;

    public override bool CanForget => true;

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            Add(ref state, new TimedKey(item.TimeMicroseconds, Rank(item[0])));
        }
    }

    public override void Merge(ref State state, in State later)
    {
        for (var i = 0; i < later.Candidates?.Count; i++)
        {
            Add(ref state, later.Candidates[i]);
        }
    }

    public override void Forget(ref State state, long beforeMicroseconds) => state.Candidates?.DropBefore(beforeMicroseconds);

    public override void Clear(ref State state) => state.Candidates?.Clear();

    public override State Copy(in State state) => new() { Candidates = state.Candidates?.Copy() };

    public override FeatureValue Finish(in State state, long queryMicroseconds)
    {
        if (state.Candidates is not { Count: > 0 } candidates)
        {
            return FeatureValue.Null;
        }

        var rank = candidates[0].Key;
        return FeatureValue.FromDouble(ValueOrder.ValueOf(isMax || rank == long.MaxValue ? rank : ~rank));
    }

    // NaN wins in both directions, as with Math.Max and Math.Min.
    private long Rank(double value) => isMax || double.IsNaN(value) ? ValueOrder.KeyOf(value) : ~ValueOrder.KeyOf(value);

    private static void Add(ref State state, TimedKey item)
    {
        var candidates = state.Candidates ??= new TimedKeys();
        var end = candidates.LowerBound(item);
        if (end < candidates.Count && candidates[end].Key >= item.Key)
        {
            return;
        }

        // What is neither later nor greater can never be the extreme again; ranks fall with time, so it is one stretch.
        var start = end;
        while (start > 0 && candidates[start - 1].Key <= item.Key)
        {
            start--;
        }

        candidates.Replace(start, end, item);
    }

    internal struct State
    {
        public TimedKeys? Candidates;
    }
}
