using Workflow.Numerics.Distributions;
using Workflow.Numerics.Random;

namespace Workflow.Training.Gates;

/// <summary>Intervals of differences by resampling groups with replacement.</summary>
internal static class PairedBootstrap
{
    /// <summary>Resamples.</summary>
    /// <param name="sums">The rows, summed up.</param>
    /// <param name="groups">The number of groups, at least 2.</param>
    /// <param name="options">Resamples, confidence and seed.</param>
    /// <param name="cancellationToken">Observed between resamples.</param>
    /// <returns>The sorted differences of areas and of log losses; resamples in which a class is missing are left out.</returns>
    public static (double[] Areas, double[] Losses) Resample(PairedSums sums, int groups, GateOptions options, CancellationToken cancellationToken)
    {
        var (areas, losses) = (new List<double>(options.Resamples), new List<double>(options.Resamples));
        var counts = new double[groups];
        for (var replicate = 0; replicate < options.Resamples; replicate++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = new Philox(options.Seed, "gate.resample", (ulong)replicate);
            Array.Clear(counts);
            for (var draw = 0; draw < groups; draw++)
            {
                counts[random.NextInt32(groups)]++;
            }

            sums.Resample(counts, out var area, out var loss);
            if (!double.IsNaN(area))
            {
                areas.Add(area);
                losses.Add(loss);
            }
        }

        areas.Sort();
        losses.Sort();
        return ([.. areas], [.. losses]);
    }

    /// <summary>
    /// Gives the share of each tail beyond the interval: the percentile interval, widened for few groups as Student's t is against the
    /// normal (Hesterberg 2015, "What teachers should know about the bootstrap", §5.3).
    /// </summary>
    /// <param name="confidence">The probability of covering.</param>
    /// <param name="groups">The number of groups, at least 2.</param>
    public static double TailShare(double confidence, int groups)
    {
        var student = StudentQuantile((1 - confidence) / 2, groups - 1);
        return NormalDistribution.Survival(Math.Sqrt(groups / (groups - 1.0)) * student);
    }

    /// <summary>The quantile by linear interpolation at position q · (n − 1).</summary>
    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var low = (int)position;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((position - low) * (sorted[high] - sorted[low]));
    }

    // By halving: the survival function is monotone, and 200 halvings of [0, 1e9] leave nothing.
    private static double StudentQuantile(double survival, double degreesOfFreedom)
    {
        var (low, high) = (0.0, 1e9);
        for (var i = 0; i < 200 && high - low > 1e-12 * high; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = StudentDistribution.Survival(middle, degreesOfFreedom) > survival ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
