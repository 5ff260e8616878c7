using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>The values of TOML that are one bare word: numbers and truth values.</summary>
internal static partial class TomlNumber
{
    public static ParameterValue? TryRead(string word)
    {
        switch (word)
        {
            case "true" or "false":
                return ParameterValue.Of(word == "true");
            case "inf" or "+inf":
                return ParameterValue.Of(double.PositiveInfinity);
            case "-inf":
                return ParameterValue.Of(double.NegativeInfinity);
            case "nan" or "+nan" or "-nan":
                return ParameterValue.Of(double.NaN);
        }

        var digits = word.Replace("_", "", StringComparison.Ordinal);
        if (Whole().IsMatch(word))
        {
            return ParameterValue.Of(BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        if (Real().IsMatch(word))
        {
            return ParameterValue.Of(double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture));
        }

        return Prefixed().IsMatch(word) ? ParameterValue.Of(OfRadix(digits[2..], digits[1] switch { 'x' => 16, 'o' => 8, _ => 2 })) : null;
    }

    private static BigInteger OfRadix(string digits, int radix) =>
        digits.Aggregate(BigInteger.Zero, (sum, c) => (sum * radix) + (char.IsAsciiDigit(c) ? c - '0' : char.ToLowerInvariant(c) - 'a' + 10));

    [GeneratedRegex("^[-+]?(?:0|[1-9](?:_?[0-9])*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][-+]?[0-9](?:_?[0-9])*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Real();

    [GeneratedRegex("^(?:0x[0-9a-fA-F](?:_?[0-9a-fA-F])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Prefixed();
}
