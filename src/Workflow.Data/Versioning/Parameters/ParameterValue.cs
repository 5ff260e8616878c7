using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>A value of a parameters file, or one that <c>dvc.lock</c> records for a parameter. Immutable; safe for concurrent use.</summary>
/// <remarks>
/// Equality is that of DVC, which compares as Python does: whole and floating-point numbers and truth values are equal when their
/// numeric values are (1, 1.0 and true), and the order of the keys of a map does not count. NaN equals nothing, itself included.
/// </remarks>
public sealed class ParameterValue : IEquatable<ParameterValue>
{
    private readonly string? _text;
    private readonly BigInteger _whole;
    private readonly double _real;

    private ParameterValue(ParameterKind kind, string? text = null, BigInteger whole = default, double real = 0)
    {
        Kind = kind;
        _text = text;
        _whole = whole;
        _real = real;
    }

    /// <summary>Gets the value that is nothing.</summary>
    public static ParameterValue Null { get; } = new(ParameterKind.Null);

    /// <summary>Gets what it is.</summary>
    public ParameterKind Kind { get; }

    /// <summary>Gets the values of a list; empty for all other kinds.</summary>
    public ImmutableArray<ParameterValue> Items { get; private init; } = [];

    /// <summary>Gets the keys and values of a map, in the order of the file; empty for all other kinds. A key is mostly text.</summary>
    public ImmutableArray<KeyValuePair<ParameterValue, ParameterValue>> Members { get; private init; } = [];

    /// <summary>Gets the value of a <see cref="ParameterKind.Real"/> or <see cref="ParameterKind.Whole"/> as a floating-point number; 0 for other kinds.</summary>
    public double Number => Kind == ParameterKind.Whole ? (double)_whole : _real;

    /// <summary>Gets the value of a <see cref="ParameterKind.Whole"/>, or 1 for true; 0 for other kinds.</summary>
    public BigInteger Whole => _whole;

    /// <summary>Gets whether it is true.</summary>
    public bool IsTrue => Kind == ParameterKind.Truth && !_whole.IsZero;

    /// <summary>Gets a value that is text.</summary>
    public static ParameterValue Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(ParameterKind.Text, text);
    }

    /// <summary>Gets a value that is true or false.</summary>
    public static ParameterValue Of(bool truth) => new(ParameterKind.Truth, whole: truth ? 1 : 0);

    /// <summary>Gets a value that is a whole number.</summary>
    public static ParameterValue Of(BigInteger whole) => new(ParameterKind.Whole, whole: whole);

    /// <summary>Gets a value that is a floating-point number; may be infinite or NaN.</summary>
    public static ParameterValue Of(double real) => new(ParameterKind.Real, real: real);

    /// <summary>Gets a list.</summary>
    public static ParameterValue List(IEnumerable<ParameterValue> items) => new(ParameterKind.List) { Items = [.. items] };

    /// <summary>Gets a map whose keys are text.</summary>
    /// <param name="members">In the order to keep; no key may come twice.</param>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public static ParameterValue Map(IEnumerable<KeyValuePair<string, ParameterValue>> members) =>
        MapOfAny(members.Select(static m => KeyValuePair.Create(Of(m.Key), m.Value)));

    /// <summary>A map whose keys need not be text.</summary>
    internal static ParameterValue MapOfAny(IEnumerable<KeyValuePair<ParameterValue, ParameterValue>> members)
    {
        ImmutableArray<KeyValuePair<ParameterValue, ParameterValue>> all = [.. members];
        var seen = new HashSet<ParameterValue>();
        return all.FirstOrDefault(m => !seen.Add(m.Key)) is { Key: { } twice }
            ? throw new ArgumentException($"The key '{twice}' comes twice.", nameof(members))
            : new(ParameterKind.Map) { Members = all };
    }

    /// <summary>Finds the value of a key that is text.</summary>
    /// <returns>Null when there is none, or this is no map.</returns>
    public ParameterValue? Find(string key)
    {
        foreach (var (name, value) in Members)
        {
            if (name.Kind == ParameterKind.Text && name._text == key)
            {
                return value;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(ParameterValue? other)
    {
        if (other is null)
        {
            return false;
        }

        if (IsNumeric(Kind) && IsNumeric(other.Kind))
        {
            return (Kind, other.Kind) switch
            {
                (ParameterKind.Real, ParameterKind.Real) => _real == other._real,
                (ParameterKind.Real, _) => EqualsWhole(_real, other._whole),
                (_, ParameterKind.Real) => EqualsWhole(other._real, _whole),
                _ => _whole == other._whole,
            };
        }

        return Kind == other.Kind && Kind switch
        {
            ParameterKind.Text => _text == other._text,
            ParameterKind.List => Items.SequenceEqual(other.Items),
            ParameterKind.Map => Members.Length == other.Members.Length && Members.All(m => other.Members.Any(o => o.Key.Equals(m.Key) && o.Value.Equals(m.Value))),
            _ => true,
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterValue);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        ParameterKind.Text => string.GetHashCode(_text, StringComparison.Ordinal),
        ParameterKind.List => Items.Length,
        ParameterKind.Map => Members.Length,
        ParameterKind.Null => 0,
        _ => Number.GetHashCode(),
    };

    /// <summary>Gets the value as DVC writes it into a text: numbers as Python shows them, <c>true</c>, <c>false</c>, <c>None</c>.</summary>
    public override string ToString() => Kind switch
    {
        ParameterKind.Null => "None",
        ParameterKind.Truth => IsTrue ? "true" : "false",
        ParameterKind.Whole => _whole.ToString(CultureInfo.InvariantCulture),
        ParameterKind.Real => PythonText.Of(_real),
        ParameterKind.Text => _text!,
        ParameterKind.List => $"[{string.Join(", ", Items)}]",
        _ => $"{{{string.Join(", ", Members.Select(static m => $"{m.Key}: {m.Value}"))}}}",
    };

    private static bool IsNumeric(ParameterKind kind) => kind is ParameterKind.Truth or ParameterKind.Whole or ParameterKind.Real;

    private static bool EqualsWhole(double real, BigInteger whole) => double.IsInteger(real) && new BigInteger(real) == whole;
}
