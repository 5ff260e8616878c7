using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

/// <summary>
/// Sum or mean whose weights halve every half-life. The weight of an event at t is 2^(n + f), where t is n whole half-lives and the fraction f of
/// one after 1970: 2^f is rounded once, for the event alone, and scaling by 2^n is exact. So each half-life has one exact sum, and nothing depends on order.
/// </summary>
internal sealed class DecayedAggregate(string column, long halfLife, bool isMean)
    : Aggregate<DecayedAggregate.State>(isMean ? "decayed_mean" : "decayed_sum", FeatureValueKind.Float64, [column])
{
    public override ImmutableSortedDictionary<string, string> Parameters { get; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("half_life_us", halfLife.ToString(CultureInfo.InvariantCulture));

    public override bool IsInvertible => true;

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            var weight = Weight(item.TimeMicroseconds, out var period);
            (state.Sums ??= new DecayedSums()).Add(period, item[0] * weight, isMean ? weight : 0);
        }
    }

    public override void Remove(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            var weight = Weight(item.TimeMicroseconds, out var period);
            (state.Sums ??= new DecayedSums()).Subtract(period, item[0] * weight, isMean ? weight : 0);
        }
    }

    public override void Merge(ref State state, in State later)
    {
        if (later.Sums is not null)
        {
            (state.Sums ??= new DecayedSums()).Add(later.Sums);
        }
    }

    public override State Copy(in State state) => new() { Sums = state.Sums?.Copy() };

    public override FeatureValue Finish(in State state, long queryMicroseconds)
    {
        if (state.Sums is not { Count: > 0 } sums)
        {
            return FeatureValue.Null;
        }

        // The query's own weight cancels in a mean, which is scaled by its latest period so that old events do not vanish.
        return isMean
            ? FeatureValue.FromDouble(sums.Total(sums.LastPeriod) / sums.TotalWeight(sums.LastPeriod))
            : FeatureValue.FromDouble(sums.Total(Period(queryMicroseconds)) / Weight(queryMicroseconds, out _));
    }

    private long Period(long microseconds) => (microseconds / halfLife) - (microseconds % halfLife < 0 ? 1 : 0);

    private double Weight(long microseconds, out long period)
    {
        period = Period(microseconds);

        // Below 1, so that no weighted value overflows; the half cancels against that of the query.
        return 0.5 * PowerOfTwo((microseconds - (period * halfLife)) / (double)halfLife);
    }

    // 2^x for x in [0, 1] by its Taylor series: additions and multiplications only, so the same bits on every machine. Error below 2 units in the last place.
    private static double PowerOfTwo(double x)
    {
        var y = x * 0.693147180559945309417232121458;
        var sum = 1.0;
        for (var n = 18; n >= 1; n--)
        {
            sum = 1 + (y / n * sum);
        }

        return sum;
    }

    internal struct State
    {
        public DecayedSums? Sums;
    }
}
