using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

/// <summary>One value of a feature: null, a float64, an int64, or a list of either. Immutable.</summary>
/// <remarks>Two values are equal when their bits are; every NaN is written with the same bits. The default value is null.</remarks>
public readonly struct FeatureValue : IEquatable<FeatureValue>
{
    private readonly long _bits;
    private readonly byte _kind;

    // The items of a list, 8 bytes each. Never changed.
    private readonly long[]? _items;

    private FeatureValue(long bits, byte kind) => (_bits, _kind) = (bits, kind);

    private FeatureValue(long[] items, byte kind) => (_items, _kind) = (items, kind);

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

    /// <summary>Makes a list of float64.</summary>
    /// <param name="items">Any values; copied.</param>
    public static FeatureValue FromDoubles(ReadOnlySpan<double> items)
    {
        var bits = new long[items.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.DoubleToInt64Bits(Missing.Canonical(items[i]));
        }

        return new(bits, 3);
    }

    /// <summary>Makes a list of int64.</summary>
    /// <param name="items">Any values; copied.</param>
    public static FeatureValue FromInt64s(ReadOnlySpan<long> items) => new(items.ToArray(), 4);

    /// <summary>Gives the items of a list as float64, rounded where an int64 has more than 53 bits; one item for a number, none for null.</summary>
    public ImmutableArray<double> ToDoubles() => _kind switch
    {
        0 => [],
        1 or 2 => [ToDouble()!.Value],
        3 => [.. _items!.Select(BitConverter.Int64BitsToDouble)],
        _ => [.. _items!.Select(static i => (double)i)],
    };

    /// <summary>Gives the value as float64, rounded where an int64 has more than 53 bits; null stays null.</summary>
    /// <exception cref="InvalidOperationException">The value is a list.</exception>
    public double? ToDouble() => _kind switch
    {
        0 => null,
        1 => BitConverter.Int64BitsToDouble(_bits),
        2 => _bits,
        _ => throw new InvalidOperationException($"Expected a number or null, got the list {this}; read it with {nameof(ToDoubles)}."),
    };

    /// <inheritdoc/>
    public bool Equals(FeatureValue other) =>
        _bits == other._bits && _kind == other._kind && (_items is null || _items.AsSpan().SequenceEqual(other._items));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FeatureValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_bits, _kind, _items is { Length: > 0 } items ? HashCode.Combine(items.Length, items[0], items[^1]) : 0);

    /// <inheritdoc/>
    public override string ToString() => _kind switch
    {
        0 => "null",
        1 => BitConverter.Int64BitsToDouble(_bits).ToString("R", CultureInfo.InvariantCulture),
        2 => _bits.ToString(CultureInfo.InvariantCulture),
        _ => $"[{string.Join(", ", ToListText())}]",
    };

    /// <summary>Compares two values.</summary>
    public static bool operator ==(FeatureValue left, FeatureValue right) => left.Equals(right);

    /// <summary>Compares two values.</summary>
    public static bool operator !=(FeatureValue left, FeatureValue right) => !left.Equals(right);

    internal static FeatureValue FromCell(long cell, FeatureValueKind kind) => kind == FeatureValueKind.Float64
        ? cell == Missing.Bits ? Null : new(cell, 1)
        : cell == Missing.Int64 ? Null : new(cell, 2);

    /// <summary>Gives the items of a list column's cell; null for null.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    internal long[]? ToItems(FeatureValueKind kind) => _kind == 0 || (int)kind == _kind - 1 ? _items : throw WrongKind(kind);

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
            : throw WrongKind(kind);
    }

    private InvalidOperationException WrongKind(FeatureValueKind kind) =>
        new($"Expected a value of kind {kind} or null, got {this}. An aggregate's Finish must give what its Kind declares.");

    private IEnumerable<string> ToListText()
    {
        var isFloat = _kind == 3;
        return _items!.Select(i => isFloat ? BitConverter.Int64BitsToDouble(i).ToString("R", CultureInfo.InvariantCulture) : i.ToString(CultureInfo.InvariantCulture));
    }

    internal static long NullCell(FeatureValueKind kind) => kind == FeatureValueKind.Float64 ? Missing.Bits : Missing.Int64;
}
