using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

/// <summary>A quantile from exact counts of bins whose width is relative to the value: the leading bits of the float64 are the bin, so no logarithm decides and merging adds integers.</summary>
internal sealed class QuantileAggregate(string column, double probability, int mantissaBits)
    : Aggregate<QuantileAggregate.State>("quantile", FeatureValueKind.Float64, [column])
{
    // Above every number's bin.
    private const long NaNBin = long.MaxValue;

    private readonly int _dropped = 52 - mantissaBits;

    public override ImmutableSortedDictionary<string, string> Parameters { get; } = ImmutableSortedDictionary<string, string>.Empty
        .Add("probability", probability.ToString("R", CultureInfo.InvariantCulture))
        .Add("mantissa_bits", mantissaBits.ToString(CultureInfo.InvariantCulture));

    public override bool IsInvertible => true;

    public override void Add(ref State state, FeatureEvent item) => Count(ref state, item, 1);

    public override void Remove(ref State state, FeatureEvent item) => Count(ref state, item, -1);

    public override void Merge(ref State state, in State later)
    {
        if (later.Bins is not null)
        {
            (state.Bins ??= new BinnedCounts()).Add(later.Bins);
            state.NaNs += later.NaNs;
        }
    }

    public override State Copy(in State state) => new() { Bins = state.Bins?.Copy(), NaNs = state.NaNs };

    public override FeatureValue Finish(in State state, long queryMicroseconds)
    {
        if (state.Bins is not { Total: > 0 } bins)
        {
            return FeatureValue.Null;
        }

        if (state.NaNs > 0)
        {
            return FeatureValue.FromDouble(double.NaN);
        }

        var rank = Math.Clamp((long)Math.Ceiling(probability * bins.Total), 1, bins.Total);
        return FeatureValue.FromDouble(Middle(bins.AtRank(rank)));
    }

    private void Count(ref State state, FeatureEvent item, long times)
    {
        if (item.IsNull(0))
        {
            return;
        }

        var isNaN = double.IsNaN(item[0]);
        state.NaNs += isNaN ? times : 0;
        (state.Bins ??= new BinnedCounts()).Add(isNaN ? NaNBin : Bin(item[0]), times);
    }

    // Positive numbers 1 and up, negative ones −1 and down, so that zero is exact.
    private long Bin(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var bin = (BitConverter.DoubleToInt64Bits(Math.Abs(value)) >> _dropped) + 1;
        return value < 0 ? -bin : bin;
    }

    private double Middle(long bin)
    {
        if (bin == 0)
        {
            return 0;
        }

        var lowest = (Math.Abs(bin) - 1) << _dropped;
        var low = BitConverter.Int64BitsToDouble(lowest);
        var magnitude = double.IsInfinity(low) ? low : BitConverter.Int64BitsToDouble(lowest + (1L << (_dropped - 1)));
        return bin < 0 ? -magnitude : magnitude;
    }

    internal struct State
    {
        public BinnedCounts? Bins;
        public long NaNs;
    }
}
