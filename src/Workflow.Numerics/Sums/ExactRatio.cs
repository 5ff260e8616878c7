using System.Numerics;

namespace Workflow.Numerics.Sums;

/// <summary>Divides exact integers and rounds once, to nearest even, subnormal results included.</summary>
internal static class ExactRatio
{
    /// <summary>Gives <c>numerator / denominator × 2^scale</c>.</summary>
    public static double Divide(Int128 numerator, Int128 denominator, int scale)
    {
        const long Exact = 1L << 53;
        return numerator < Exact && numerator > -Exact && denominator < Exact && Math.Abs(scale) < 600
            ? Math.ScaleB((double)(long)numerator / (long)denominator, scale)
            : Divide((BigInteger)numerator, denominator, scale);
    }

    /// <summary>Gives <c>numerator / denominator × 2^scale</c>.</summary>
    /// <param name="numerator">Any.</param>
    /// <param name="denominator">Positive.</param>
    /// <param name="scale">Any.</param>
    public static double Divide(BigInteger numerator, BigInteger denominator, int scale)
    {
        if (numerator.IsZero)
        {
            return 0;
        }

        // A quotient of 65 bits and more, whose last bit also stands for the remainder, decides the rounding.
        var magnitude = BigInteger.Abs(numerator);
        var shift = (int)Math.Max(0, 66 - (magnitude.GetBitLength() - denominator.GetBitLength()));
        var quotient = BigInteger.DivRem(magnitude << shift, denominator, out var remainder);
        if (!remainder.IsZero)
        {
            quotient |= BigInteger.One;
        }

        var rounded = Round(quotient, scale - shift);
        return numerator.Sign < 0 ? -rounded : rounded;
    }

    private static double Round(BigInteger magnitude, int scale)
    {
        // Subnormal numbers have fewer bits.
        var excess = (int)Math.Max(magnitude.GetBitLength() - 53, ExactRounding.LowestScale - scale);
        if (excess <= 0)
        {
            return Math.ScaleB((double)(ulong)magnitude, scale);
        }

        var kept = magnitude >> excess;
        var rest = magnitude - (kept << excess);
        var half = BigInteger.One << (excess - 1);
        if (rest > half || (rest == half && !kept.IsEven))
        {
            kept++;
        }

        return Math.ScaleB((double)(ulong)kept, scale + excess);
    }
}
