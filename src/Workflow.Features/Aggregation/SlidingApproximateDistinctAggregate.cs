using System.Collections.Immutable;

namespace Workflow.Features.Aggregation;

/// <summary>The same estimate from registers that count, so that a window can let go of values.</summary>
internal sealed class SlidingApproximateDistinctAggregate(ApproximateDistinctAggregate plain, int precision)
    : Aggregate<SlidingApproximateDistinctAggregate.State>(plain.Name, plain.Kind, plain.Inputs)
{
    internal override bool TakesText => true;

    public override ImmutableSortedDictionary<string, string> Parameters => plain.Parameters;

    public override bool IsInvertible => true;

    public override void Add(ref State state, FeatureEvent item) => Count(ref state, item, 1);

    public override void Remove(ref State state, FeatureEvent item) => Count(ref state, item, -1);

    public override void Merge(ref State state, in State later)
    {
        if (later.Counts is not null)
        {
            (state.Counts ??= new HyperLogLogCounts()).Add(later.Counts);
        }
    }

    public override State Copy(in State state) => new() { Counts = state.Counts?.Copy() };

    public override FeatureValue Finish(in State state, long queryMicroseconds) => FeatureValue.FromInt64(state.Counts?.Estimate(precision) ?? 0);

    private void Count(ref State state, FeatureEvent item, long times)
    {
        if (!item.IsNull(0))
        {
            (state.Counts ??= new HyperLogLogCounts()).Add(HyperLogLog.Slot(item[0], precision), times);
        }
    }

    internal struct State
    {
        public HyperLogLogCounts? Counts;
    }
}
