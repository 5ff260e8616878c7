using Workflow.Features.Aggregation;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Aggregation;

public sealed class AggregateTests
{
    [Fact]
    public void An_aggregate_whose_order_matters_keeps_the_laws_it_claims() => AggregateLaws.Check(new LastValue("x"));

    [Fact]
    public void The_laws_catch_a_sum_that_rounds_as_it_goes()
    {
        var broken = Assert.ThrowsAny<Exception>(() => AggregateLaws.Check(new RoundingSum()));
        Assert.Contains("breaks the law", broken.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("count", "3")]
    [InlineData("sum", "6")]
    [InlineData("mean", "3")]
    [InlineData("min", "2")]
    [InlineData("max", "4")]
    [InlineData("time_since_last", "8E-06")]
    public void Values_are_as_documented(string name, string expected)
    {
        var aggregate = new[] { Aggregate.Count(), Aggregate.Sum("x"), Aggregate.Mean("x"), Aggregate.Min("x"), Aggregate.Max("x"), Aggregate.TimeSinceLast() }.Single(a => a.Name == name);
        var window = aggregate.NewAccumulator();
        window.Add(FeatureEvent.Of(1, [2]));
        window.Add(FeatureEvent.Of(2, [null]));
        window.Add(FeatureEvent.Of(2, [4]));
        Assert.Equal(expected, window.Finish(10).ToString());
    }

    [Fact]
    public void A_ratio_leaves_out_rows_that_lack_either_side()
    {
        var window = Aggregate.Ratio("a", "b").NewAccumulator();
        Assert.True(window.Finish(9).IsNull);
        window.Add(FeatureEvent.Of(1, [100, null]));
        window.Add(FeatureEvent.Of(1, [null, 100]));
        window.Add(FeatureEvent.Of(1, [1, 4]));
        window.Add(FeatureEvent.Of(1, [2, 4]));
        Assert.Equal(0.375, window.Finish(9).ToDouble());
        window.Add(FeatureEvent.Of(1, [2, -8]));
        Assert.True(window.Finish(9).IsNull);
    }

    [Fact]
    public void Nothing_that_is_not_counted_is_null_not_zero()
    {
        Assert.Equal(FeatureValue.FromInt64(0), Aggregate.Count().NewAccumulator().Finish(1));
        foreach (var aggregate in new[] { Aggregate.Sum("x"), Aggregate.Mean("x"), Aggregate.Min("x"), Aggregate.Max("x"), Aggregate.TimeSinceLast() })
        {
            Assert.True(aggregate.NewAccumulator().Finish(1).IsNull);
        }
    }

    private sealed class RoundingSum() : Aggregate<double>("rounding_sum", FeatureValueKind.Float64, ["x"])
    {
        public override bool IsInvertible => true;

        public override void Add(ref double state, FeatureEvent item) => state += item.IsNull(0) ? 0 : item[0];

        public override void Merge(ref double state, in double later) => state += later;

        public override void Remove(ref double state, FeatureEvent item) => state -= item.IsNull(0) ? 0 : item[0];

        public override FeatureValue Finish(in double state, long queryMicroseconds) => FeatureValue.FromDouble(state);
    }
}
