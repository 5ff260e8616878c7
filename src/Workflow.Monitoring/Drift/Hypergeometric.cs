using Workflow.Numerics.Distributions;
using Workflow.Numerics.Random;

namespace Workflow.Monitoring.Drift;

/// <summary>Draws from the hypergeometric distribution.</summary>
internal static class Hypergeometric
{
    /// <summary>Draws how many marked balls are among the drawn ones.</summary>
    /// <param name="total">The balls.</param>
    /// <param name="marked">The marked ones, at most <paramref name="total"/>.</param>
    /// <param name="drawn">How many are drawn without putting back, at most <paramref name="total"/>.</param>
    /// <param name="random">Gives one number a call.</param>
    /// <remarks>Inversion outwards from the mode: the time is that of one standard deviation in steps.</remarks>
    public static long Next(long total, long marked, long drawn, ref Philox random)
    {
        var low = Math.Max(0, drawn - (total - marked));
        var high = Math.Min(marked, drawn);
        var u = random.NextDouble();
        if (low == high)
        {
            return low;
        }

        var mode = Math.Clamp((long)((drawn + 1.0) * (marked + 1.0) / (total + 2.0)), low, high);
        var peak = Math.Exp(LogChoose(marked, mode) + LogChoose(total - marked, drawn - mode) - LogChoose(total, drawn));
        u -= peak;
        if (u <= 0)
        {
            return mode;
        }

        var (up, down) = (mode, mode);
        var (upMass, downMass) = (peak, peak);
        while (up < high || down > low)
        {
            if (up < high)
            {
                upMass *= (double)(marked - up) * (drawn - up) / ((double)(up + 1) * (total - marked - drawn + up + 1));
                up++;
                u -= upMass;
                if (u <= 0)
                {
                    return up;
                }
            }

            if (down > low)
            {
                downMass *= (double)down * (total - marked - drawn + down) / ((double)(marked - down + 1) * (drawn - down + 1));
                down--;
                u -= downMass;
                if (u <= 0)
                {
                    return down;
                }
            }

            // What is left is rounding, not probability.
            if (upMass < 1e-18 && downMass < 1e-18)
            {
                break;
            }
        }

        return mode;
    }

    private static double LogChoose(long n, long k) =>
        GammaFunction.Log(n + 1.0) - GammaFunction.Log(k + 1.0) - GammaFunction.Log(n - k + 1.0);
}
