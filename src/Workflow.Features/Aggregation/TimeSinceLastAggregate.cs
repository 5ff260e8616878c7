namespace Workflow.Features.Aggregation;

internal sealed class TimeSinceLastAggregate()
    : Aggregate<TimeSinceLastAggregate.State>("time_since_last", FeatureValueKind.Float64, [])
{
    public override bool IsCommutative => true;

    public override bool CanForget => true;

    public override void Forget(ref State state, long beforeMicroseconds)
    {
        if (state.Last < beforeMicroseconds)
        {
            state = default;
        }
    }

    public override void Add(ref State state, FeatureEvent item) =>
        Merge(ref state, new State { Last = item.TimeMicroseconds, HasLast = true });

    public override void Merge(ref State state, in State later)
    {
        if (later.HasLast && (!state.HasLast || later.Last > state.Last))
        {
            state = later;
        }
    }

    public override FeatureValue Finish(in State state, long queryMicroseconds) =>
        state.HasLast ? FeatureValue.FromDouble((queryMicroseconds - state.Last) / 1e6) : FeatureValue.Null;

    internal struct State
    {
        public long Last;
        public bool HasLast;
    }
}
