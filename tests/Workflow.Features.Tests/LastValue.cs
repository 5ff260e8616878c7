using Workflow.Features.Aggregation;

namespace Workflow.Features.Tests;

/// <summary>A user's aggregate whose order matters: the last value that is not null.</summary>
internal sealed class LastValue(string column) : Aggregate<LastValue.State>("last_value", FeatureValueKind.Float64, [column])
{
    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            state = new State { Value = item[0], HasValue = true };
        }
    }

    public override void Merge(ref State state, in State later) => state = later.HasValue ? later : state;

    public override FeatureValue Finish(in State state, long queryMicroseconds) => state.HasValue ? FeatureValue.FromDouble(state.Value) : FeatureValue.Null;

    internal struct State
    {
        public double Value;
        public bool HasValue;
    }
}
