using System.Numerics;

namespace Workflow.Numerics.Sums;

/// <summary>Exact sums of squares that float64 cannot hold: of large values scaled down, of tiny values scaled up. Immutable, so that copies are independent.</summary>
internal sealed record ExtremeSquares(ExactSum Large, ExactSum Tiny)
{
    public static readonly ExtremeSquares None = new(default, default);

    // Scaling the value by 2^±600 keeps its square and the square's error in range: the square is scaled by 2^±1200.
    private const int Shift = 600;

    public ExtremeSquares With(double value, bool isAdded)
    {
        var isLarge = Math.Abs(value) > 1;
        var scaled = Math.ScaleB(value, isLarge ? -Shift : Shift);
        var (square, sum) = (scaled * scaled, isLarge ? Large : Tiny);
        var error = Math.FusedMultiplyAdd(scaled, scaled, -square);
        if (isAdded)
        {
            sum.Add(square);
            sum.Add(error);
        }
        else
        {
            sum.Subtract(square);
            sum.Subtract(error);
        }

        return isLarge ? this with { Large = sum } : this with { Tiny = sum };
    }

    public ExtremeSquares With(ExtremeSquares other)
    {
        var (large, tiny) = (Large, Tiny);
        large.Add(other.Large);
        tiny.Add(other.Tiny);
        return new ExtremeSquares(large, tiny);
    }

    /// <summary>Gives the sum in units of 2^-2148.</summary>
    public BigInteger InSmallestSquares() =>
        (Large.Finite() << (-ExactRounding.LowestScale + (2 * Shift)))
        + (Tiny.Finite() >> ((2 * Shift) + ExactRounding.LowestScale));

    public ExtremeSquares? OrNull() => Large == default && Tiny == default ? null : this;
}
