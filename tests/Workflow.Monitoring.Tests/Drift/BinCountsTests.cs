using CsCheck;
using Workflow.Monitoring.Drift;

namespace Workflow.Monitoring.Tests.Drift;

public sealed class BinCountsTests
{
    // Every number, with the awkward ones over-represented.
    private static readonly Gen<double> AnyDouble = Gen.Frequency(
        (8, Gen.Double[-10, 10]),
        (3, Gen.Int[-10, 10].Select(i => (double)i)),
        (1, Gen.Double),
        (1, Gen.OneOf([.. new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue }.Select(Gen.Const)])));

    private static readonly Gen<double[]> AnyEdges = Gen.OneOf(Gen.Double[-10, 10], Gen.Int[-10, 10].Select(i => (double)i)).HashSet[0, 60].Select(set => set.Order().ToArray());

    [Fact]
    public void Agrees_with_the_linear_scan() =>
        Gen.Select(AnyDouble.Array[0, 200], AnyEdges).Sample((values, edges) =>
        {
            var actual = new long[edges.Length + 2];
            BinCounts.Add(values, edges, actual);
            Assert.Equal(CountByLinearScan(values, edges), actual);
        });

    [Fact]
    public void Splitting_and_reordering_change_nothing() =>
        Gen.Select(AnyDouble.Array[0, 200], AnyEdges, Gen.Int[0, 200]).Sample((values, edges, at) =>
        {
            var (whole, parts) = (new long[edges.Length + 2], new long[edges.Length + 2]);
            BinCounts.Add(values, edges, whole);
            at = Math.Min(at, values.Length);
            BinCounts.Add(values.AsSpan(at), edges, parts);
            BinCounts.Add(values.AsSpan(0, at), edges, parts);
            Assert.Equal(whole, parts);
        });

    [Theory]
    [InlineData(1.0, 0)] // an edge belongs to the bin below it
    [InlineData(1.0000000000000002, 1)]
    [InlineData(double.MaxValue, 2)]
    [InlineData(double.PositiveInfinity, 3)]
    [InlineData(double.NegativeInfinity, 3)]
    [InlineData(double.NaN, 3)]
    public void Puts_a_value_in_the_documented_bin(double value, int bin)
    {
        var counts = new long[4];
        BinCounts.Add([.. Enumerable.Repeat(value, 19)], [1, 2], counts);
        Assert.Equal(19, counts[bin]);
    }

    [Fact]
    public void Allocates_nothing()
    {
        var (values, counts) = (new double[4096], new long[11]);
        double[] edges = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        BinCounts.Add(values, edges, counts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        BinCounts.Add(values, edges, counts);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_wrong_number_of_counters_is_refused() =>
        Assert.Contains("Needs 4 counters for 2 edges, got 3", Assert.Throws<ArgumentException>(() => BinCounts.Add([1], [1, 2], new long[3])).Message, StringComparison.Ordinal);

    // The oracle: the definition, written so that it can be checked by eye.
    private static long[] CountByLinearScan(double[] values, double[] edges)
    {
        var counts = new long[edges.Length + 2];
        foreach (var value in values)
        {
            var bin = System.Array.FindIndex(edges, edge => value <= edge);
            counts[!double.IsFinite(value) ? edges.Length + 1 : bin < 0 ? edges.Length : bin]++;
        }

        return counts;
    }
}
