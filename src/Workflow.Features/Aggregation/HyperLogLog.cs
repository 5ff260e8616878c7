using System.Numerics;

namespace Workflow.Features.Aggregation;

/// <summary>The arithmetic of HyperLogLog: which register a value falls in, its rank there, and the estimate from how many registers have which rank.</summary>
/// <remarks>Flajolet et al. 2007; the estimator without bias tables is that of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017.</remarks>
internal static class HyperLogLog
{
    /// <summary>Ranks are 0 for an empty register to 65 − precision.</summary>
    public const int MaxRanks = 64;

    /// <summary>Gives <c>register × 64 + rank</c> of a value. −0 is +0, and NaN is one value.</summary>
    public static int Slot(double value, int precision)
    {
        var hash = Mix((ulong)BitConverter.DoubleToInt64Bits(value == 0 ? 0.0 : Missing.Canonical(value)));
        var rank = Math.Min(BitOperations.LeadingZeroCount(hash << precision), 64 - precision) + 1;
        return ((int)(hash >> (64 - precision)) << 6) | rank;
    }

    /// <summary>Estimates the number of distinct values.</summary>
    /// <param name="ranks">How many registers have each rank, those of rank 0 left out.</param>
    /// <param name="precision">The registers are 2 to this power.</param>
    public static long Estimate(ReadOnlySpan<int> ranks, int precision)
    {
        var registers = 1 << precision;
        var highest = 64 - precision + 1;
        var used = 0;
        foreach (var count in ranks[1..])
        {
            used += count;
        }

        var z = registers * Tau(1 - ((double)ranks[highest] / registers));
        for (var rank = highest - 1; rank >= 1; rank--)
        {
            z = 0.5 * (z + ranks[rank]);
        }

        z += registers * Sigma((double)(registers - used) / registers);
        return (long)Math.Round(registers / (2 * Math.Log(2)) * registers / z);
    }

    // The finaliser of MurmurHash3, whose every input bit changes every output bit with probability ½; zero is moved away from its fixed point.
    private static ulong Mix(ulong bits)
    {
        bits += 0x9E37_79B9_7F4A_7C15;
        bits = (bits ^ (bits >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        bits = (bits ^ (bits >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return bits ^ (bits >> 33);
    }

    private static double Sigma(double x)
    {
        if (x >= 1)
        {
            return double.PositiveInfinity;
        }

        var (y, z, last) = (1.0, x, double.NaN);
        while (z != last)
        {
            last = z;
            x *= x;
            z += x * y;
            y += y;
        }

        return z;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1)
        {
            return 0;
        }

        var (y, z, last) = (1.0, 1 - x, double.NaN);
        while (z != last)
        {
            last = z;
            x = Math.Sqrt(x);
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }

        return z / 3;
    }
}
