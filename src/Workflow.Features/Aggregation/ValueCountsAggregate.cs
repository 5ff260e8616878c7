namespace Workflow.Features.Aggregation;

/// <summary>What aggregates over the exact counts of a column's values have in common.</summary>
internal abstract class ValueCountsAggregate(string name, FeatureValueKind kind, string column)
    : Aggregate<ValueCountsAggregate.State>(name, kind, [column])
{
    public override bool IsInvertible => true;

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            (state.Counts ??= new ValueCounts()).Add(item[0], 1);
        }
    }

    public override void Merge(ref State state, in State later)
    {
        if (later.Counts is not null)
        {
            (state.Counts ??= new ValueCounts()).Add(later.Counts);
        }
    }

    public override void Remove(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            (state.Counts ??= new ValueCounts()).Add(item[0], -1);
        }
    }

    public override State Copy(in State state) => new() { Counts = state.Counts?.Copy() };

    internal struct State
    {
        public ValueCounts? Counts;
    }
}
