using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace Workflow.Data.Definitions;

/// <summary>Numbers as ECMAScript's <c>Number.prototype.toString</c> writes them.</summary>
internal static class CanonicalNumber
{
    // Longer than any number of a 64-bit float needs to be; keeps a hostile one from costing quadratic time.
    private const int MaxLength = 1100;

    /// <summary>Rewrites a JSON number.</summary>
    /// <param name="text">A number in JSON's grammar.</param>
    /// <param name="place">Where it stands, for the message.</param>
    public static string Format(string text, JsonNode place)
    {
        if (text.Length > MaxLength
            || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
        {
            throw new ArgumentException($"The number {text[..Math.Min(text.Length, 40)]} at {place.GetPath()} is not a finite 64-bit float.", nameof(text));
        }

        var isInteger = !text.AsSpan().ContainsAny('.', 'e', 'E');
        if (isInteger && BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) != new BigInteger(value))
        {
            throw new ArgumentException(
                $"The integer {text} at {place.GetPath()} cannot be held exactly by a 64-bit float, as other readers of JSON would. Write it as text.", nameof(text));
        }

        return Format(value);
    }

    /// <summary>Writes a finite number with the fewest digits that read back as the same number.</summary>
    public static string Format(double value)
    {
        if (value == 0)
        {
            // Also minus zero.
            return "0";
        }

        // .NET's "E16" would not be the shortest; "R" is, and gives the digits and the exponent in one of two shapes.
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = exponentAt < 0 ? shortest : shortest[..exponentAt];
        var exponent = exponentAt < 0 ? 0 : int.Parse(shortest.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var pointAt = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = pointAt < 0 ? mantissa.Length : pointAt;
        var allDigits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = allDigits.TrimStart('0');

        // The value is 0.DIGITS × 10^n, as in ECMA-262, section Number::toString.
        var n = whole + exponent - (allDigits.Length - digits.Length);
        digits = digits.TrimEnd('0');
        var k = digits.Length;

        var result = new StringBuilder(value < 0 ? "-" : "");
        switch (n)
        {
            case > 21:
            case <= -6:
                result.Append(digits[0]);
                if (k > 1)
                {
                    result.Append('.').Append(digits, 1, k - 1);
                }

                result.Append('e').Append(n - 1 < 0 ? "" : "+").Append(CultureInfo.InvariantCulture, $"{n - 1}");
                break;
            case <= 0:
                result.Append("0.").Append('0', -n).Append(digits);
                break;
            default:
                if (k <= n)
                {
                    result.Append(digits).Append('0', n - k);
                }
                else
                {
                    result.Append(digits, 0, n).Append('.').Append(digits, n, k - n);
                }

                break;
        }

        return result.ToString();
    }
}
