using System.Numerics;
using System.Runtime.CompilerServices;

namespace Workflow.Numerics.Sums;

/// <summary>The exact sum of float64 values: the same bits whatever the order of adding, splitting and merging.</summary>
/// <remarks>
/// <para>
/// Holds the sum itself, not an approximation, and rounds once, to nearest even, in <see cref="ToDouble"/>. So sums form an
/// abelian group: <see cref="Subtract(double)"/> undoes <see cref="Add(double)"/> to the last bit.
/// </para>
/// <para>
/// Values that lie within about 2^70 of one another (any integer, prices, minutes) are held in 128 bits and nothing is allocated.
/// A wider spread, for example 1e300 beside 1, is held as a large integer at some 500 ns and 500 B an operation, and shrinks back
/// as soon as the sum fits again. A long span costs some 5 times a plain loop, whatever the spread of its values (see ExactSumBenchmarks).
/// </para>
/// <para>
/// NaN and the infinities are counted, so they can be subtracted again. The sum is NaN while it holds a NaN, or both infinities, or
/// one was subtracted that was never added. A sum of zero is +0, also of negative zeros.
/// </para>
/// <para>A mutable value: copies are independent; pass it by reference to change it. Not thread-safe; create one per accumulation.</para>
/// </remarks>
public struct ExactSum : IEquatable<ExactSum>
{
    // The finite part is _units * 2^_scale, unless _rare holds a wide one. Scales are never below that of the smallest double.
    private Int128 _units;
    private int _scale;
    private RareSum? _rare;

    /// <summary>Adds a value.</summary>
    /// <param name="value">Any value.</param>
    public void Add(double value) => Accumulate(value, 0);

    /// <summary>Takes a value out that was added before, or owes it.</summary>
    /// <param name="value">Any value.</param>
    public void Subtract(double value) => Accumulate(value, -1);

    /// <summary>Adds another sum.</summary>
    /// <param name="other">Not changed.</param>
    public void Add(in ExactSum other) => Accumulate(other, 1);

    /// <summary>Takes another sum out.</summary>
    /// <param name="other">Not changed.</param>
    public void Subtract(in ExactSum other) => Accumulate(other, -1);

    /// <summary>Adds many values.</summary>
    /// <param name="values">Any values, read once.</param>
    public void Add(ReadOnlySpan<double> values)
    {
        if (values.Length < LimbSum.WorthwhileLength)
        {
            foreach (var value in values)
            {
                Accumulate(value, 0);
            }

            return;
        }

        AddFinite(LimbSum.Of(values, out var nans, out var positive, out var negative));
        if ((nans | positive | negative) != 0)
        {
            _rare = (_rare ?? RareSum.None).WithSpecials(nans, positive, negative);
        }
    }

    /// <summary>Rounds the sum to the nearest float64, ties to even; beyond the largest one to an infinity.</summary>
    public readonly double ToDouble()
    {
        if (_rare is null)
        {
            // Most sums are integers of less than 53 bits.
            var narrow = (long)_units;
            return _scale == 0 && narrow == _units && Math.Abs(narrow >> 1) < 1L << 51 ? narrow : ExactRounding.Round(_units, _scale);
        }

        return _rare.Special ?? (_rare.Wide is { } wide ? ExactRounding.Round(wide) : ExactRounding.Round(_units, _scale));
    }

    /// <inheritdoc/>
    public readonly bool Equals(ExactSum other) =>
        Finite() == other.Finite() && (_rare ?? RareSum.None).HasSameSpecials(other._rare ?? RareSum.None);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ExactSum other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => ToDouble().GetHashCode();

    /// <summary>Gives the rounded sum, for people.</summary>
    public override readonly string ToString() => ToDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Compares two exact sums.</summary>
    public static bool operator ==(ExactSum left, ExactSum right) => left.Equals(right);

    /// <summary>Compares two exact sums.</summary>
    public static bool operator !=(ExactSum left, ExactSum right) => !left.Equals(right);

    /// <summary>Gets whether neither NaN nor an infinity counts.</summary>
    internal readonly bool IsFinite => _rare?.Special is null;

    /// <summary>Gives the sum as <c>units × 2^scale</c>, where 128 bits hold it.</summary>
    internal readonly bool TryGetNarrow(out Int128 units, out int scale)
    {
        (units, scale) = (_units, _units == 0 ? 0 : _scale);
        return _rare is null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Accumulate(double value, long negate)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        if (exponent is 0 or 0x7FF)
        {
            AccumulateUnusual(value, negate);
            return;
        }

        // Without its trailing zeros an integer has scale 0 or more, so a sum of integers stays at scale 0.
        mantissa |= 1L << 52;
        var zeros = BitOperations.TrailingZeroCount(mantissa);
        var sign = (bits >> 63) ^ negate;
        var signed = ((mantissa >> zeros) ^ sign) - sign;
        var shift = exponent - 1075 + zeros - _scale;
        if ((uint)shift <= 72 && _rare is null)
        {
            var term = (Int128)signed << shift;
            var sum = _units + term;
            if (((sum ^ _units) & (sum ^ term)) >= 0)
            {
                _units = sum;
                return;
            }
        }

        Combine(signed, exponent - 1075 + zeros);
    }

    private void AccumulateUnusual(double value, long negate)
    {
        if (double.IsFinite(value))
        {
            var mantissa = BitConverter.DoubleToInt64Bits(value) & 0xF_FFFF_FFFF_FFFF;
            Combine((double.IsNegative(value) ? -mantissa : mantissa) * (negate == 0 ? 1 : -1), ExactRounding.LowestScale);
            return;
        }

        var step = negate == 0 ? 1 : -1;
        _rare = (_rare ?? RareSum.None).WithSpecials(
            double.IsNaN(value) ? step : 0, double.IsPositiveInfinity(value) ? step : 0, double.IsNegativeInfinity(value) ? step : 0).OrNull();
    }

    private void Accumulate(in ExactSum other, int sign)
    {
        var (rare, units, scale) = (other._rare, other._units, other._scale);
        if (rare?.Wide is { } wide)
        {
            AddFinite(sign < 0 ? -wide : wide);
        }
        else if (sign < 0 && units == Int128.MinValue)
        {
            AddFinite(-ExactRounding.Widen(units, scale));
        }
        else
        {
            Combine(sign < 0 ? -units : units, scale);
        }

        if (rare is not null)
        {
            _rare = (_rare ?? RareSum.None).WithSpecials(sign * rare.NaNs, sign * rare.Positive, sign * rare.Negative).OrNull();
        }
    }

    /// <summary>Adds a number of any scale: exactly in 128 bits if it can, else as a large integer.</summary>
    private void Combine(Int128 units, int scale)
    {
        if (units == 0)
        {
            return;
        }

        if (_rare?.Wide is null)
        {
            if (_units == 0)
            {
                (_units, _scale) = (units, scale);
                return;
            }

            var common = Math.Min(scale, _scale);
            if (!ExactRounding.TryShift(units, scale - common, out var a) || !ExactRounding.TryShift(_units, _scale - common, out var b))
            {
                // Room may be hidden below: trailing zeros of the one with the lower scale.
                (units, scale) = ExactRounding.Strip(units, scale);
                (_units, _scale) = ExactRounding.Strip(_units, _scale);
                common = Math.Min(scale, _scale);
                if (!ExactRounding.TryShift(units, scale - common, out a) | !ExactRounding.TryShift(_units, _scale - common, out b))
                {
                    AddFinite(ExactRounding.Widen(units, scale));
                    return;
                }
            }

            // Both are below 2^126 in size: their sum cannot overflow.
            (_units, _scale) = (a + b, common);
            return;
        }

        AddFinite(ExactRounding.Widen(units, scale));
    }

    private void AddFinite(BigInteger smallest)
    {
        var sum = Finite() + smallest;
        var fits = ExactRounding.TryNarrow(sum, out _units, out _scale);
        _rare = (_rare ?? RareSum.None).WithWide(fits ? null : sum).OrNull();
    }

    /// <summary>Gives the finite part in units of the smallest float64.</summary>
    internal readonly BigInteger Finite() => _rare?.Wide ?? ExactRounding.Widen(_units, _scale);
}
