using System.Globalization;

namespace Workflow.Features.Aggregation;

/// <summary>One value of a feature: null, a float64 or an int64. Immutable.</summary>
/// <remarks>Two values are equal when their bits are; every NaN is written with the same bits. The default value is null.</remarks>
public readonly struct FeatureValue : IEquatable<FeatureValue>
{
    private readonly long _bits;
    private readonly byte _kind;

    private FeatureValue(long bits, byte kind) => (_bits, _kind) = (bits, kind);

    /// <summary>Gets the null value.</summary>
    public static FeatureValue Null => default;

    /// <summary>Gets whether the value is null. NaN is not null.</summary>
    public bool IsNull => _kind == 0;

    /// <summary>Makes a float64 value.</summary>
    /// <param name="value">Any value.</param>
    public static FeatureValue FromDouble(double value) => new(BitConverter.DoubleToInt64Bits(Missing.Canonical(value)), 1);

    /// <summary>Makes an int64 value.</summary>
    /// <param name="value">Any value but the smallest int64.</param>
    public static FeatureValue FromInt64(long value)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(value, long.MinValue);
        return new(value, 2);
    }

    /// <summary>Gives the value as float64, rounded where an int64 has more than 53 bits; null stays null.</summary>
    public double? ToDouble() => _kind switch
    {
        0 => null,
        1 => BitConverter.Int64BitsToDouble(_bits),
        _ => _bits,
    };

    /// <inheritdoc/>
    public bool Equals(FeatureValue other) => _bits == other._bits && _kind == other._kind;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FeatureValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bits, _kind);

    /// <inheritdoc/>
    public override string ToString() => _kind switch
    {
        0 => "null",
        1 => BitConverter.Int64BitsToDouble(_bits).ToString("R", CultureInfo.InvariantCulture),
        _ => _bits.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Compares two values.</summary>
    public static bool operator ==(FeatureValue left, FeatureValue right) => left.Equals(right);

    /// <summary>Compares two values.</summary>
    public static bool operator !=(FeatureValue left, FeatureValue right) => !left.Equals(right);

    internal static FeatureValue FromCell(long cell, FeatureValueKind kind) => kind == FeatureValueKind.Float64
        ? cell == Missing.Bits ? Null : new(cell, 1)
        : cell == Missing.Int64 ? Null : new(cell, 2);

    /// <summary>Gives the 8 bytes of a column of that kind.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    internal long ToCell(FeatureValueKind kind)
    {
        if (_kind == 0)
        {
            return NullCell(kind);
        }

        return (int)kind == _kind - 1
            ? _bits
            : throw new InvalidOperationException($"Expected a value of kind {kind} or null, got {this}. An aggregate's Finish must give what its Kind declares.");
    }

    internal static long NullCell(FeatureValueKind kind) => kind == FeatureValueKind.Float64 ? Missing.Bits : Missing.Int64;
}
