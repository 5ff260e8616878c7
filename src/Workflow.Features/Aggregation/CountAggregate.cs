namespace Workflow.Features.Aggregation;

internal sealed class CountAggregate() : Aggregate<long>("count", FeatureValueKind.Int64, [])
{
    public override bool IsInvertible => true;

    public override void Add(ref long state, FeatureEvent item) => state++;

    public override void Merge(ref long state, in long later) => state += later;

    public override void Remove(ref long state, FeatureEvent item) => state--;

    public override FeatureValue Finish(in long state, long queryMicroseconds) => FeatureValue.FromInt64(state);
}
