using System.Numerics;

namespace Workflow.Numerics.Sums;

/// <summary>Exact integers times powers of two: shifting, widening, and the one rounding to float64.</summary>
internal static class ExactRounding
{
    /// <summary>The smallest positive float64 is 2^-1074: the unit of wide sums.</summary>
    public const int LowestScale = -1074;

    private const int MaxBits = 126;

    /// <summary>Shifts left if the result stays below 2^126 in size.</summary>
    public static bool TryShift(Int128 units, int shift, out Int128 shifted)
    {
        shifted = default;
        if (shift > MaxBits || BitLength(units) + shift > MaxBits)
        {
            return false;
        }

        shifted = units << shift;
        return true;
    }

    /// <summary>Moves trailing zeros from the units to the scale.</summary>
    public static (Int128 Units, int Scale) Strip(Int128 units, int scale)
    {
        var zeros = units == 0 ? 0 : (int)Int128.TrailingZeroCount(units);
        return (units >> zeros, scale + zeros);
    }

    public static BigInteger Widen(Int128 units, int scale) => units == 0 ? BigInteger.Zero : (BigInteger)units << (scale - LowestScale);

    /// <summary>Writes a wide number in 128 bits, if it fits.</summary>
    public static bool TryNarrow(BigInteger wide, out Int128 units, out int scale)
    {
        (units, scale) = (0, 0);
        if (wide.IsZero)
        {
            return true;
        }

        var zeros = (int)BigInteger.TrailingZeroCount(wide);
        if (BigInteger.Abs(wide).GetBitLength() - zeros > MaxBits)
        {
            return false;
        }

        (units, scale) = ((Int128)(wide >> zeros), zeros + LowestScale);
        return true;
    }

    public static double Round(BigInteger wide)
    {
        var magnitude = BigInteger.Abs(wide);
        var excess = (int)magnitude.GetBitLength() - 120;
        if (excess <= 0)
        {
            return Signed(Round((UInt128)magnitude, LowestScale), wide.Sign < 0);
        }

        // 120 leading bits and one that stands for anything below decide the rounding.
        var sticky = BigInteger.TrailingZeroCount(magnitude) < excess ? UInt128.One : UInt128.Zero;
        return Signed(Round((UInt128)(magnitude >> excess) | sticky, excess + LowestScale), wide.Sign < 0);
    }

    public static double Round(Int128 units, int scale) =>
        Signed(Round((UInt128)(units < 0 ? -units : units), scale), units < 0);

    // The scale is at least that of the smallest float64, so only the excess over 53 bits is ever rounded, subnormal results included.
    private static double Round(UInt128 magnitude, int scale)
    {
        var excess = 128 - (int)UInt128.LeadingZeroCount(magnitude) - 53;
        if (excess <= 0)
        {
            return Math.ScaleB((double)(ulong)magnitude, scale);
        }

        var kept = (ulong)(magnitude >> excess);
        var rest = magnitude & ((UInt128.One << excess) - 1);
        var half = UInt128.One << (excess - 1);
        if (rest > half || (rest == half && (kept & 1) == 1))
        {
            kept++;
        }

        return Math.ScaleB((double)kept, scale + excess);
    }

    private static double Signed(double magnitude, bool negative) => negative ? -magnitude : magnitude;

    private static int BitLength(Int128 units) => 128 - (int)UInt128.LeadingZeroCount((UInt128)(units < 0 ? ~units : units));
}
