using System.Numerics;
using CsCheck;
using Workflow.Numerics.Random;
using Workflow.Numerics.Sums;

namespace Workflow.Numerics.Tests.Sums;

public sealed class ExactSumTests
{
    // Near one another, over the whole range, and the awkward ones.
    private static readonly Gen<double> Finite = Gen.Frequency(
        (4, Gen.Int[-1000, 1000].Select(i => (double)i)),
        (4, Gen.Double[-1e6, 1e6]),
        (2, Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite)),
        (1, Gen.OneOf([.. new[] { 0.0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, -double.MaxValue, 2.2250738585072014e-308, 1e300, -1e300, 1e16, 0.1 }.Select(Gen.Const)])));

    private static readonly Gen<double> Any = Gen.Frequency(
        (20, Finite),
        (1, Gen.OneOf([.. new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity }.Select(Gen.Const)])));

    [Fact]
    public void Is_the_nearest_double_to_the_true_sum() =>
        Finite.Array[0, 600].Sample(values =>
        {
            var expected = RoundByHalving(values.Aggregate(BigInteger.Zero, (sum, v) => sum + InSmallestUnits(v)));
            AssertBits(expected, One(values).ToDouble());
            AssertBits(expected, Span(values).ToDouble());
        }, iter: 2000);

    [Fact]
    public void Does_not_depend_on_order_or_on_the_merge_tree() =>
        Gen.Select(Any.Array[0, 600], Gen.Int, Gen.Int[0, 300]).Sample((values, seed, cut) =>
        {
            var whole = One(values);
            var shuffled = (double[])values.Clone();
            Shuffle(shuffled, seed);
            var left = One(shuffled.AsSpan()[..Math.Min(cut, shuffled.Length)]);
            left.Add(Span(shuffled.AsSpan()[Math.Min(cut, shuffled.Length)..]));
            Assert.Equal(whole, left);
            AssertBits(whole.ToDouble(), left.ToDouble());
        }, iter: 2000);

    [Fact]
    public void Subtracting_undoes_adding_in_any_order() =>
        Gen.Select(Any.Array[0, 100], Any.Array[0, 100], Gen.Int).Sample((kept, gone, seed) =>
        {
            var sum = One(kept);
            sum.Add(One(gone));
            Shuffle(gone, seed);
            var copy = sum;
            foreach (var value in gone)
            {
                sum.Subtract(value);
            }

            copy.Subtract(One(gone));
            Assert.Equal(One(kept), sum);
            Assert.Equal(One(kept), copy);
            AssertBits(One(kept).ToDouble(), sum.ToDouble());
        }, iter: 2000);

    [Fact]
    public void A_copy_is_independent_also_of_a_wide_sum()
    {
        var sum = One([1e300, 1, -1e-300]);
        var copy = sum;
        copy.Add(5);
        copy.Add(double.NaN);
        Assert.Equal(One([1, 1e300, -1e-300]), sum);
        Assert.NotEqual(sum, copy);
    }

    [Theory]
    [InlineData(new[] { double.NaN, 1 }, double.NaN)]
    [InlineData(new[] { double.PositiveInfinity, -1e300 }, double.PositiveInfinity)]
    [InlineData(new[] { double.NegativeInfinity, 1 }, double.NegativeInfinity)]
    [InlineData(new[] { double.NegativeInfinity, double.PositiveInfinity }, double.NaN)]
    [InlineData(new[] { double.MaxValue, double.MaxValue }, double.PositiveInfinity)]
    [InlineData(new[] { double.MaxValue, double.MaxValue, -double.MaxValue }, double.MaxValue)]
    [InlineData(new[] { 1e300, 1, -1e300 }, 1.0)]
    [InlineData(new[] { -0.0, -0.0 }, 0.0)]
    [InlineData(new double[0], 0.0)]
    public void Special_sums_are_as_documented(double[] values, double expected) => AssertBits(expected, One(values).ToDouble());

    [Fact]
    public void An_infinity_that_was_never_added_makes_the_sum_unknown_until_it_comes()
    {
        var sum = default(ExactSum);
        sum.Subtract(double.PositiveInfinity);
        Assert.True(double.IsNaN(sum.ToDouble()));
        sum.Add(double.PositiveInfinity);
        sum.Add(2);
        Assert.Equal(2, sum.ToDouble());
    }

    [Fact]
    public void Values_near_one_another_allocate_nothing()
    {
        var values = Enumerable.Range(0, 10_000).Select(i => (i * 0.37) - 1000).ToArray();
        var sum = One(values);
        var rounded = 0.0;
        long allocated = 0;
        for (var round = 0; round < 2; round++)
        {
            // The first round pays for what the runtime itself allocates when it first meets the code.
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var value in values)
            {
                sum.Add(value);
                sum.Subtract(value);
            }

            rounded = sum.ToDouble();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        AssertBits(Span(values).ToDouble(), rounded);
    }

    private static void Shuffle(double[] values, int seed)
    {
        var random = new Philox(seed, "shuffle");
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ExactSum One(ReadOnlySpan<double> values)
    {
        var sum = default(ExactSum);
        foreach (var value in values)
        {
            sum.Add(value);
        }

        return sum;
    }

    private static ExactSum Span(ReadOnlySpan<double> values)
    {
        var sum = default(ExactSum);
        sum.Add(values);
        return sum;
    }

    private static void AssertBits(double expected, double actual)
    {
        if (!(double.IsNaN(expected) && double.IsNaN(actual)))
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual));
        }
    }

    private static BigInteger InSmallestUnits(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var mantissa = new BigInteger(bits & 0xF_FFFF_FFFF_FFFF);
        var magnitude = exponent == 0 ? mantissa : (mantissa + (BigInteger.One << 52)) << (exponent - 1);
        return bits < 0 ? -magnitude : magnitude;
    }

    // The oracle: bisection over all doubles, ordered as their bits are, then the nearer neighbour, ties to the even one.
    private static double RoundByHalving(BigInteger sum)
    {
        var magnitude = BigInteger.Abs(sum);
        long low = 0, high = BitConverter.DoubleToInt64Bits(double.PositiveInfinity);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = InSmallestUnits(BitConverter.Int64BitsToDouble(middle)) <= magnitude ? (middle, high) : (low, middle);
        }

        var below = magnitude - InSmallestUnits(BitConverter.Int64BitsToDouble(low));
        var above = (BigInteger.One << Math.Max(0, (int)(low >> 52) - 1)) - below;
        var nearest = below < above || (below == above && low % 2 == 0) ? low : high;
        var rounded = BitConverter.Int64BitsToDouble(nearest);
        return sum.Sign < 0 ? -rounded : rounded;
    }
}
