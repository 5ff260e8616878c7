namespace Workflow.Monitoring.Drift;

/// <summary>The population stability index (PSI): the symmetrised Kullback–Leibler divergence of two binned distributions, in nats.</summary>
/// <remarks>Pure functions: safe for concurrent use.</remarks>
public static class PopulationStability
{
    /// <summary>Computes Σ (p − q)·ln(p / q) from shares.</summary>
    /// <param name="reference">The shares p, one for each bin; positive. Need not sum to 1: they are normalised.</param>
    /// <param name="current">The shares q, as many.</param>
    /// <returns>0 for equal shares, never negative; +Infinity where a bin is empty on one side only. A bin empty on both sides adds nothing.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a share is negative or NaN, or a side sums to 0.</exception>
    public static double IndexOf(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        if (reference.Length != current.Length)
        {
            throw new ArgumentException($"Expected as many shares on both sides, got {reference.Length} and {current.Length}.", nameof(current));
        }

        var (referenceSum, currentSum) = (Sum(reference), Sum(current));
        var psi = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var (p, q) = (reference[i] / referenceSum, current[i] / currentSum);
            psi += p == q ? 0 : (p - q) * Math.Log(p / q);
        }

        return psi;
    }

    /// <summary>Computes the index from counts, smoothed by (c + ½)/(n + k/2), k being the bins that are not empty on both sides.</summary>
    /// <remarks>A bin without a row in either adds nothing: it could only add noise, of a size that depends on the window.</remarks>
    internal static double IndexOf(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (m, n, bins) = (0L, 0L, 0);
        for (var i = 0; i < reference.Length; i++)
        {
            m += reference[i];
            n += current[i];
            bins += reference[i] + current[i] > 0 ? 1 : 0;
        }

        var (referenceSum, currentSum) = (m + (bins / 2.0), n + (bins / 2.0));
        var psi = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] + current[i] > 0)
            {
                var (p, q) = ((reference[i] + 0.5) / referenceSum, (current[i] + 0.5) / currentSum);
                psi += (p - q) * Math.Log(p / q);
            }
        }

        return psi;
    }

    private static double Sum(ReadOnlySpan<double> shares)
    {
        var sum = 0.0;
        foreach (var share in shares)
        {
            if (!(share >= 0 && double.IsFinite(share)))
            {
                throw new ArgumentException($"A share is finite and not negative, got {share}.", nameof(shares));
            }

            sum += share;
        }

        return sum > 0 ? sum : throw new ArgumentException("At least one share must be positive.", nameof(shares));
    }
}
