namespace Workflow.Features.Aggregation;

internal sealed class DistinctAggregate(string column) : ValueCountsAggregate("distinct", FeatureValueKind.Int64, column)
{
    internal override bool TakesText => true;

    public override FeatureValue Finish(in State state, long queryMicroseconds) => FeatureValue.FromInt64(state.Counts?.Distinct ?? 0);
}
