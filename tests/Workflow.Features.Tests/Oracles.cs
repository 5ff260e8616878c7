using System.Numerics;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Tests;

/// <summary>The definitions of the aggregates, written so that they can be checked by eye: fractions of big integers, sorting, scanning.</summary>
internal static class Oracles
{
    private const int Unit = 1074;

    public static double Sum(double[] values) => Special(values) ?? ToDouble(Units(values), BigInteger.One, -Unit);

    public static double Variance(double[] values, int divisor)
    {
        if (Special(values) is not null)
        {
            return double.NaN;
        }

        // Every value is a whole number of 2^-1074, so deviations times n are whole too.
        var (n, total) = ((BigInteger)values.Length, Units(values));
        var squares = values.Aggregate(BigInteger.Zero, (sum, v) => sum + BigInteger.Pow((n * Units([v])) - total, 2));
        return ToDouble(squares, n * n * divisor, -2 * Unit);
    }

    public static IEnumerable<double> InOrder(IReadOnlyList<OracleEvent> events) =>
        events.Where(static e => e.X is not null).OrderBy(static e => e.Time).ThenBy(static e => double.IsNaN(e.X!.Value)).ThenBy(static e => e.X!.Value).ThenBy(static e => !double.IsNegative(e.X!.Value)).Select(static e => e.X!.Value);

    public static List<IGrouping<double, double>> Top(IReadOnlyList<OracleEvent> events, int count) =>
        [.. events.Where(static e => e.X is not null).Select(static e => e.X == 0 ? 0 : e.X!.Value).GroupBy(static v => v).OrderByDescending(static g => g.Count()).ThenBy(static g => double.IsNaN(g.Key)).ThenBy(static g => g.Key).Take(count)];

    public static FeatureValue Histogram(double[] values, double[] edges)
    {
        var counts = new long[edges.Length + 2];
        foreach (var value in values)
        {
            var bin = Array.FindIndex(edges, edge => value <= edge);
            counts[double.IsNaN(value) ? edges.Length + 1 : bin < 0 ? edges.Length : bin]++;
        }

        return FeatureValue.FromInt64s(counts);
    }

    // The value of that rank, moved to the middle of the numbers that share its leading bits.
    public static double Quantile(double[] values, double probability, int bits)
    {
        if (values.Any(double.IsNaN))
        {
            return double.NaN;
        }

        var value = values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(probability * values.Length) - 1));
        if (value == 0 || double.IsInfinity(value))
        {
            return value + 0.0;
        }

        var step = Math.ScaleB(1, Math.Max(Math.ILogB(value), -1022) - bits);
        var middle = (Math.Floor(Math.Abs(value) / step) + 0.5) * step;
        return value < 0 ? -middle : middle;
    }

    // The plain sketch: one register after the other over the whole window, then the published estimator.
    public static long HyperLogLog(double[] values, int precision)
    {
        var registers = new int[1 << precision];
        foreach (var value in values)
        {
            var slot = Features.Aggregation.HyperLogLog.Slot(value, precision);
            registers[slot >> 6] = Math.Max(registers[slot >> 6], slot & 63);
        }

        var ranks = new int[64];
        Array.ForEach(registers, r => ranks[r]++);
        return Features.Aggregation.HyperLogLog.Estimate(ranks, precision);
    }

    // Exact apart from each event's weight, which is computed as documented: half-lives since 1970, the fraction's power rounded.
    public static FeatureValue Decayed(IReadOnlyList<OracleEvent> events, long query, long halfLife, bool isMean)
    {
        var present = events.Where(static e => e.X is not null).ToList();
        if (present.Count == 0)
        {
            return FeatureValue.Null;
        }

        var latest = isMean ? present.Max(e => Period(e.Time, halfLife)) : Period(query, halfLife);
        double Total(Func<OracleEvent, double> value) => Sum([.. present.GroupBy(e => Period(e.Time, halfLife)).Select(g => Math.ScaleB(Sum([.. g.Select(value)]), (int)(g.Key - latest)))]);
        var total = Total(e => e.X!.Value * Weight(e.Time, halfLife));
        return FeatureValue.FromDouble(total / (isMean ? Total(e => Weight(e.Time, halfLife)) : Weight(query, halfLife)));
    }

    private static long Period(long time, long halfLife) => (long)Math.Floor((decimal)time / halfLife);

    private static double Weight(long time, long halfLife)
    {
        var y = (time - (Period(time, halfLife) * halfLife)) / (double)halfLife * 0.693147180559945309417232121458;
        var sum = 1.0;
        for (var n = 18; n >= 1; n--)
        {
            sum = 1 + (y / n * sum);
        }

        return 0.5 * sum;
    }

    private static double? Special(double[] values)
    {
        var (up, down) = (values.Contains(double.PositiveInfinity), values.Contains(double.NegativeInfinity));
        return values.Any(double.IsNaN) || (up && down) ? double.NaN : up ? double.PositiveInfinity : down ? double.NegativeInfinity : null;
    }

    private static BigInteger Units(double[] values) => values.Aggregate(BigInteger.Zero, static (sum, value) =>
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        return sum + (((BigInteger)(value < 0 ? -mantissa : mantissa)) << (Math.Max(exponent, 1) - 1));
    });

    // The float64 nearest to a fraction, found by bisection over all of them; ties to even.
    private static double ToDouble(BigInteger numerator, BigInteger denominator, int scale)
    {
        var magnitude = BigInteger.Abs(numerator);
        int Compare(BigInteger halves)
        {
            // halves / 2^1075 against magnitude / denominator * 2^scale
            var (left, right) = (halves * denominator, magnitude);
            var shift = scale + Unit + 1;
            return shift >= 0 ? left.CompareTo(right << shift) : (left << -shift).CompareTo(right);
        }

        var (low, high) = (0L, BitConverter.DoubleToInt64Bits(double.PositiveInfinity));
        while (low < high)
        {
            // The least float64 whose distance to the next one's middle covers the fraction.
            var middle = low + ((high - low) / 2);
            var (here, next) = (UnitsOfBits(middle), UnitsOfBits(middle + 1));
            var order = Compare(here + next);
            (low, high) = order > 0 || (order == 0 && (middle & 1) == 0) ? (low, middle) : (middle + 1, high);
        }

        var result = BitConverter.Int64BitsToDouble(low);
        return numerator.Sign < 0 ? -result : result;
    }

    private static BigInteger UnitsOfBits(long bits)
    {
        var exponent = (int)(bits >> 52);
        var mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        return (BigInteger)mantissa << (Math.Max(exponent, 1) - 1);
    }
}
