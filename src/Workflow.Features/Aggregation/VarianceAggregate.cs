using Workflow.Numerics.Sums;

namespace Workflow.Features.Aggregation;

internal sealed class VarianceAggregate(string column, VarianceKind kind)
    : Aggregate<ExactMoments>(kind == VarianceKind.Sample ? "variance_sample" : "variance_population", FeatureValueKind.Float64, [column])
{
    public override bool IsInvertible => true;

    public override void Add(ref ExactMoments state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            state.Add(item[0]);
        }
    }

    public override void Merge(ref ExactMoments state, in ExactMoments later) => state.Add(later);

    public override void Remove(ref ExactMoments state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            state.Subtract(item[0]);
        }
    }

    public override FeatureValue Finish(in ExactMoments state, long queryMicroseconds)
    {
        var divisor = kind == VarianceKind.Sample ? state.Count - 1 : state.Count;
        return divisor <= 0 ? FeatureValue.Null : FeatureValue.FromDouble(kind == VarianceKind.Sample ? state.SampleVariance() : state.PopulationVariance());
    }
}
