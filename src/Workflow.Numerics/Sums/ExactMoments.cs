using System.Numerics;

namespace Workflow.Numerics.Sums;

/// <summary>The exact sums of values and of their squares: mean and variance with the same bits whatever the order of adding, splitting and merging.</summary>
/// <remarks>
/// <para>
/// A square is held as two float64 whose sum it is exactly: the rounded product and its error, by a fused multiply-add. Where that could overflow or
/// underflow, above 2^500 or below 2^-400 in size, the value is first scaled by a power of two and summed apart. So both sums are
/// exact, and a variance is one rounding of <c>(n·Σx² − (Σx)²) / n(n − 1)</c>: never negative, and 0 for equal values only (or where it is below the smallest float64).
/// </para>
/// <para>NaN and the infinities can be subtracted again; the variance is NaN while there is any.</para>
/// <para>A mutable value: copies are independent; pass it by reference to change it. Not thread-safe; create one per accumulation.</para>
/// </remarks>
public struct ExactMoments : IEquatable<ExactMoments>
{
    private const double Large = 3.273390607896142e150; // 2^500
    private const double Tiny = 3.872591914849318e-121; // 2^-400
    private ExactSum _sum;
    private ExactSum _squares;
    private ExtremeSquares? _extreme;

    /// <summary>Gets the number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the exact sum.</summary>
    public readonly ExactSum Sum => _sum;

    /// <summary>Adds a value.</summary>
    /// <param name="value">Any value.</param>
    public void Add(double value)
    {
        Count++;
        _sum.Add(value);
        var square = value * value;
        if (IsUsual(value))
        {
            _squares.Add(square);
            var error = Math.FusedMultiplyAdd(value, value, -square);
            if (error != 0)
            {
                _squares.Add(error);
            }
        }
        else if (double.IsFinite(value))
        {
            _extreme = (_extreme ?? ExtremeSquares.None).With(value, isAdded: true).OrNull();
        }
    }

    /// <summary>Takes a value out that was added before, or owes it.</summary>
    /// <param name="value">Any value.</param>
    public void Subtract(double value)
    {
        Count--;
        _sum.Subtract(value);
        var square = value * value;
        if (IsUsual(value))
        {
            _squares.Subtract(square);
            var error = Math.FusedMultiplyAdd(value, value, -square);
            if (error != 0)
            {
                _squares.Subtract(error);
            }
        }
        else if (double.IsFinite(value))
        {
            _extreme = (_extreme ?? ExtremeSquares.None).With(value, isAdded: false).OrNull();
        }
    }

    /// <summary>Adds another pair of sums.</summary>
    /// <param name="other">Not changed.</param>
    public void Add(in ExactMoments other)
    {
        var extreme = other._extreme;
        Count += other.Count;
        _sum.Add(other._sum);
        _squares.Add(other._squares);
        if (extreme is not null)
        {
            _extreme = (_extreme ?? ExtremeSquares.None).With(extreme).OrNull();
        }
    }

    /// <summary>Gives the mean squared deviation from the mean, rounded once.</summary>
    /// <returns>NaN without values or where any is not finite.</returns>
    public readonly double PopulationVariance() => Variance(Count, Count);

    /// <summary>Gives the sum of squared deviations divided by the count less one, rounded once.</summary>
    /// <returns>NaN with less than two values or where any is not finite.</returns>
    public readonly double SampleVariance() => Variance(Count, Count - 1);

    /// <inheritdoc/>
    public readonly bool Equals(ExactMoments other) =>
        Count == other.Count && _sum == other._sum && _squares == other._squares && Equals(_extreme, other._extreme);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ExactMoments other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Count, _sum);

    /// <summary>Compares two pairs of sums.</summary>
    public static bool operator ==(ExactMoments left, ExactMoments right) => left.Equals(right);

    /// <summary>Compares two pairs of sums.</summary>
    public static bool operator !=(ExactMoments left, ExactMoments right) => !left.Equals(right);

    private static bool IsUsual(double value) => Math.Abs(value) is > Tiny and < Large or 0;

    private readonly double Variance(long count, long divisor)
    {
        if (count <= 0 || divisor <= 0 || !_sum.IsFinite)
        {
            return double.NaN;
        }

        if (_extreme is null && _sum.TryGetNarrow(out var sum, out var scale) && _squares.TryGetNarrow(out var squares, out var squaresScale))
        {
            // n·Σx² − (Σx)² in units of 2^common.
            var common = Math.Min(squaresScale, 2 * scale);
            if (TrySmall(sum, scale, common, out var small) && Int128Fits(squares, count, squaresScale - common))
            {
                return ExactRatio.Divide(((squares * count) << (squaresScale - common)) - small, (Int128)count * divisor, common);
            }

            return ExactRatio.Divide((((BigInteger)squares * count) << (squaresScale - common)) - (((BigInteger)sum * sum) << ((2 * scale) - common)), (BigInteger)count * divisor, common);
        }

        // In units of the square of the smallest float64, which every extreme square is a multiple of.
        var wide = _squares.Finite() << -ExactRounding.LowestScale;
        wide += _extreme?.InSmallestSquares() ?? BigInteger.Zero;
        var total = _sum.Finite();
        return ExactRatio.Divide((wide * count) - (total * total), (BigInteger)count * divisor, 2 * ExactRounding.LowestScale);
    }

    private static bool TrySmall(Int128 sum, int scale, int common, out Int128 shifted)
    {
        shifted = 0;
        var shift = (2 * scale) - common;
        if (sum > long.MaxValue / 2 || sum < long.MinValue / 2 || (2 * BitLength(sum)) + shift > 125)
        {
            return false;
        }

        shifted = (sum * sum) << shift;
        return true;
    }

    private static bool Int128Fits(Int128 squares, long count, int shift) => BitLength(squares) + BitLength(count) + shift <= 125;

    private static int BitLength(Int128 value) => 128 - (int)Int128.LeadingZeroCount(value < 0 ? -value : value);
}
