using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

internal sealed class ApproximateDistinctAggregate(string column, int precision)
    : Aggregate<ApproximateDistinctAggregate.State>("approximate_distinct", FeatureValueKind.Int64, [column])
{
    internal override bool TakesText => true;

    public override ImmutableSortedDictionary<string, string> Parameters { get; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("precision", precision.ToString(CultureInfo.InvariantCulture));

    public override bool IsCommutative => true;

    public override Aggregate ForBoundedWindow => new SlidingApproximateDistinctAggregate(this, precision);

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            (state.Registers ??= new HyperLogLogRegisters(precision)).Add(HyperLogLog.Slot(item[0], precision));
        }
    }

    public override void Merge(ref State state, in State later)
    {
        if (later.Registers is not null)
        {
            (state.Registers ??= new HyperLogLogRegisters(precision)).Add(later.Registers);
        }
    }

    public override State Copy(in State state) => new() { Registers = state.Registers?.Copy() };

    public override FeatureValue Finish(in State state, long queryMicroseconds) => FeatureValue.FromInt64(state.Registers?.Estimate() ?? 0);

    internal struct State
    {
        public HyperLogLogRegisters? Registers;
    }
}
