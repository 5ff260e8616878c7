namespace Workflow.Features.Aggregation;

internal sealed class SumAggregate(string column) : Aggregate<SumState>("sum", FeatureValueKind.Float64, [column])
{
    public override bool IsInvertible => true;

    public override void Add(ref SumState state, FeatureEvent item) => state.Add(item[0]);

    public override void Merge(ref SumState state, in SumState later) => state.Merge(later);

    public override void Remove(ref SumState state, FeatureEvent item) => state.Remove(item[0]);

    public override FeatureValue Finish(in SumState state, long queryMicroseconds) =>
        state.Count == 0 ? FeatureValue.Null : FeatureValue.FromDouble(state.Sum.ToDouble());
}
