using System.Reflection;
using CsCheck;
using Workflow.Features.Aggregation;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Aggregation;

public sealed class BuiltInTests
{
    public static TheoryData<string> Names => [.. BuiltIn.All().Select(static b => b.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Keeps_the_laws(string name) => AggregateLaws.Check(Of(name).Aggregate);

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_its_definition_bit_by_bit(string name)
    {
        var (_, aggregate, oracle) = Of(name);
        Gen.Select(AggregateLaws.AnyInput, AggregateLaws.AnyInput, Gen.Long[-40, 40], static (x, y, time) => new OracleEvent(time, x, y)).Array[0, 40].Sample(
            events =>
            {
                foreach (var form in new[] { aggregate, aggregate.ForBoundedWindow })
                {
                    var window = form.NewAccumulator();
                    foreach (var item in events)
                    {
                        window.Add(FeatureEvent.Of(item.Time, form.Inputs.Length == 2 ? [item.X, item.Y] : form.Inputs.Length == 1 ? [item.X] : []));
                    }

                    // NaN among the oracles is written as every NaN is.
                    Assert.Equal(oracle(events, 50), window.Finish(50));
                }
            },
            iter: 200);
    }

    [Fact]
    public void None_is_left_out()
    {
        var factories = typeof(Aggregate).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(static m => m.ReturnType == typeof(Aggregate)).Select(static m => m.Name);
        Assert.Empty(factories.Except(BuiltIn.All().Select(static b => b.Name)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void An_approximate_count_is_within_five_standard_errors(int distinct)
    {
        foreach (var form in new[] { Aggregate.ApproximateDistinct("x"), Aggregate.ApproximateDistinct("x").ForBoundedWindow })
        {
            var window = form.NewAccumulator();
            var column = new double[1];
            double[][] columns = [column];
            for (var i = 0; i < distinct; i++)
            {
                column[0] = i * 0.1;
                window.Add(new FeatureEvent(0, columns, 0));
            }

            Assert.InRange(window.Finish(1).ToDouble()!.Value / distinct, 1 - (5 * 1.04 / 64), 1 + (5 * 1.04 / 64));
        }
    }

    [Fact]
    public void A_quantile_is_within_its_relative_error_of_the_value_of_its_rank() =>
        Gen.Select(Gen.Double[-1e6, 1e6].Array[1, 60], Gen.Double[0, 1], Gen.Double[0.0001, 0.25]).Sample((values, probability, error) =>
        {
            var window = Aggregate.Quantile("x", probability, error).NewAccumulator();
            foreach (var value in values)
            {
                window.Add(FeatureEvent.Of(1, [value]));
            }

            var exact = values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(probability * values.Length) - 1));
            Assert.InRange(window.Finish(9).ToDouble()!.Value - exact, -error * Math.Abs(exact), error * Math.Abs(exact));
        });

    [Fact]
    public void A_decayed_sum_halves_with_every_half_life()
    {
        var window = Aggregate.DecayedSum("x", TimeSpan.FromHours(1)).NewAccumulator();
        window.Add(FeatureEvent.Of(0, [8]));
        Assert.Equal(8, window.Finish(0).ToDouble());
        Assert.Equal(4, window.Finish(3_600_000_000).ToDouble());
        Assert.Equal(8 / Math.Sqrt(2), window.Finish(1_800_000_000).ToDouble()!.Value, 1e-14);
        window.Add(FeatureEvent.Of(3_600_000_000, [1]));
        Assert.Equal(2.5, window.Finish(7_200_000_000).ToDouble());
        var mean = Aggregate.DecayedMean("x", TimeSpan.FromHours(1)).NewAccumulator();
        mean.Add(FeatureEvent.Of(0, [8]));
        Assert.Equal(8, mean.Finish(long.MaxValue / 4).ToDouble());
    }

    [Fact]
    public void What_cannot_be_meant_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.FirstK("x", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.LastK("x", 1001));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.TopK("x", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.ApproximateDistinct("x", 17));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.Quantile("x", double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.Quantile("x", 0.5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.DecayedSum("x", TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.Variance("x", (VarianceKind)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aggregate.Histogram("x"));
        var fault = Assert.Throws<ArgumentException>(() => Aggregate.Histogram("x", 1, 3, 2));
        Assert.Contains("2 at position 2 after 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_laws_catch_a_shared_state_and_a_forgetting_that_forgets_too_much()
    {
        Assert.Contains("independent", Assert.ThrowsAny<Exception>(() => AggregateLaws.Check(new SharedState())).ToString(), StringComparison.Ordinal);
        Assert.Contains("forgetting", Assert.ThrowsAny<Exception>(() => AggregateLaws.Check(new Forgetful())).ToString(), StringComparison.Ordinal);
    }

    private static BuiltIn Of(string name) => BuiltIn.All().Single(b => b.Name == name);

    private sealed class SharedState() : Aggregate<SharedState.State>("shared", FeatureValueKind.Int64, [])
    {
        public override void Add(ref State state, FeatureEvent item) => (state.Times ??= []).Add(item.TimeMicroseconds);

        public override void Merge(ref State state, in State later) => (state.Times ??= []).AddRange(later.Times ?? []);

        public override FeatureValue Finish(in State state, long queryMicroseconds) => FeatureValue.FromInt64(state.Times?.Count ?? 0);

        internal struct State
        {
            public List<long>? Times;
        }
    }

    private sealed class Forgetful() : Aggregate<long>("forgetful", FeatureValueKind.Int64, [])
    {
        public override bool IsCommutative => true;

        public override bool CanForget => true;

        public override void Add(ref long state, FeatureEvent item) => state++;

        public override void Merge(ref long state, in long later) => state += later;

        public override void Forget(ref long state, long beforeMicroseconds) => state = 0;

        public override FeatureValue Finish(in long state, long queryMicroseconds) => FeatureValue.FromInt64(state);
    }
}
