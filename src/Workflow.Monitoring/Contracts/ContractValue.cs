using System.Globalization;
using System.Text.Json.Nodes;

namespace Workflow.Monitoring.Contracts;

/// <summary>A bound or an allowed value of a contract: a whole number, a fraction, a moment or a text. Immutable.</summary>
/// <remarks>Converts implicitly from <see cref="long"/>, <see cref="double"/>, <see cref="DateTimeOffset"/> and <see cref="string"/>.</remarks>
public readonly struct ContractValue : IEquatable<ContractValue>
{
    private const long LargestExact = 1L << 53;
    private readonly object? _value;

    private ContractValue(object value) => _value = value;

    internal bool IsNumber => _value is long or double;

    internal bool IsMoment => _value is DateTimeOffset;

    internal bool IsText => _value is string;

    internal bool IsWhole => _value is long;

    /// <summary>Takes a whole number.</summary>
    /// <param name="value">Any.</param>
    public static implicit operator ContractValue(long value) => new(value);

    /// <summary>Takes a fraction.</summary>
    /// <param name="value">Finite.</param>
    public static implicit operator ContractValue(double value) => double.IsFinite(value)
        ? new(value)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A bound is finite; leave it out to have none.");

    /// <summary>Takes a moment; kept in UTC.</summary>
    /// <param name="value">Any.</param>
    public static implicit operator ContractValue(DateTimeOffset value) => new(value.ToUniversalTime());

    /// <summary>Takes a text.</summary>
    /// <param name="value">Any, also empty.</param>
    public static implicit operator ContractValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value);
    }

    /// <summary>Writes the value: invariant, moments as RFC 3339 in UTC.</summary>
    public override string ToString() => _value switch
    {
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double real => real.ToString("R", CultureInfo.InvariantCulture),
        DateTimeOffset moment => moment.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        _ => _value as string ?? "",
    };

    /// <inheritdoc/>
    public bool Equals(ContractValue other) => Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContractValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value?.GetHashCode() ?? 0;

    /// <summary>Compares two values.</summary>
    public static bool operator ==(ContractValue left, ContractValue right) => left.Equals(right);

    /// <summary>Compares two values.</summary>
    public static bool operator !=(ContractValue left, ContractValue right) => !left.Equals(right);

    internal long Whole => (long)_value!;

    internal double Real => _value is long whole ? whole : (double)_value!;

    internal DateTimeOffset Moment => (DateTimeOffset)_value!;

    // Kinds are told apart by a member name: a text that looks like a moment stays a text, and whole numbers keep all their digits.
    internal JsonNode ToJson() => _value switch
    {
        long whole when Math.Abs(whole) <= LargestExact => new JsonObject { ["integer"] = whole },
        long => new JsonObject { ["integer"] = ToString() },
        double real => new JsonObject { ["number"] = real },
        DateTimeOffset => new JsonObject { ["time"] = ToString() },
        _ => new JsonObject { ["text"] = ToString() },
    };

    internal static ContractValue FromJson(JsonNode? node)
    {
        if (node is JsonObject { Count: 1 } member)
        {
            var (kind, value) = member.First();
            switch (kind)
            {
                case "integer" when long.TryParse(value?.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                    return whole;
                case "number" when double.TryParse(value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real):
                    return real;
                case "time" when DateTimeOffset.TryParse(value?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment):
                    return moment;
                case "text" when value is JsonValue text && text.TryGetValue(out string? characters):
                    return characters;
            }
        }

        throw new FormatException($"Expected {{\"integer\"|\"number\"|\"time\"|\"text\": value}}, got {node?.ToJsonString() ?? "null"}.");
    }
}
