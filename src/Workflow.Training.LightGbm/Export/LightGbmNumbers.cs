using System.Globalization;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Numbers as LightGBM writes them.</summary>
internal static class LightGbmNumbers
{
    private const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a number; <c>nan</c> and <c>inf</c> in any spelling are numbers, too.</summary>
    public static bool TryDouble(ReadOnlySpan<char> text, out double value)
    {
        if (double.TryParse(text, Real, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        var magnitude = text.TrimStart("+-");
        value = magnitude.StartsWith("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN
            : magnitude.Equals("inf", StringComparison.OrdinalIgnoreCase) || magnitude.Equals("infinity", StringComparison.OrdinalIgnoreCase) ? double.PositiveInfinity
            : 0;
        value = text.StartsWith('-') ? -value : value;
        return value != 0;
    }

    public static bool TryInt32(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryUInt32(ReadOnlySpan<char> text, out uint value) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
