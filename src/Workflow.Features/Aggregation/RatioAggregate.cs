using Workflow.Numerics.Sums;

namespace Workflow.Features.Aggregation;

internal sealed class RatioAggregate(string numerator, string denominator)
    : Aggregate<RatioAggregate.State>("ratio", FeatureValueKind.Float64, [numerator, denominator])
{
    public override bool IsInvertible => true;

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0) && !item.IsNull(1))
        {
            state.Numerator.Add(item[0]);
            state.Denominator.Add(item[1]);
        }
    }

    public override void Merge(ref State state, in State later)
    {
        state.Numerator.Add(later.Numerator);
        state.Denominator.Add(later.Denominator);
    }

    public override void Remove(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0) && !item.IsNull(1))
        {
            state.Numerator.Subtract(item[0]);
            state.Denominator.Subtract(item[1]);
        }
    }

    public override FeatureValue Finish(in State state, long queryMicroseconds)
    {
        var divisor = state.Denominator.ToDouble();
        return divisor == 0 ? FeatureValue.Null : FeatureValue.FromDouble(state.Numerator.ToDouble() / divisor);
    }

    internal struct State
    {
        public ExactSum Numerator;
        public ExactSum Denominator;
    }
}
