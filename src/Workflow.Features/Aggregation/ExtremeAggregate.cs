namespace Workflow.Features.Aggregation;

internal sealed class ExtremeAggregate(string column, bool isMax)
    : Aggregate<ExtremeAggregate.State>(isMax ? "max" : "min", FeatureValueKind.Float64, [column])
{
    public override bool IsCommutative => true;

    public override Aggregate ForBoundedWindow => new SlidingExtremeAggregate(Inputs[0], isMax);

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            Merge(ref state, new State { Value = item[0], HasValue = true });
        }
    }

    public override void Merge(ref State state, in State later)
    {
        if (!state.HasValue)
        {
            state = later;
        }
        else if (later.HasValue)
        {
            // Math.Max and Math.Min keep NaN and put -0 below +0, whatever the order.
            state.Value = isMax ? Math.Max(state.Value, later.Value) : Math.Min(state.Value, later.Value);
        }
    }

    public override FeatureValue Finish(in State state, long queryMicroseconds) =>
        state.HasValue ? FeatureValue.FromDouble(state.Value) : FeatureValue.Null;

    internal struct State
    {
        public double Value;
        public bool HasValue;
    }
}
