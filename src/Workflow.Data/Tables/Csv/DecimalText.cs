namespace Workflow.Data.Tables.Csv;

/// <summary>Reads decimals exactly.</summary>
internal static class DecimalText
{
    /// <param name="text">For example <c>-12.50</c>: no exponent, no group separators.</param>
    /// <param name="precision">The most digits, from 1 to 38.</param>
    /// <param name="scale">How many of them stand after the point.</param>
    /// <param name="value">The number times 10^<paramref name="scale"/>.</param>
    /// <returns>False for other text, and for a number that these digits cannot hold exactly.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, int precision, int scale, out Int128 value)
    {
        value = 0;
        var isNegative = !text.IsEmpty && text[0] == '-';
        var digits = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        var limit = Power(precision);
        var seen = 0;
        var fraction = -1;
        foreach (var c in digits)
        {
            if (c == '.' && fraction < 0)
            {
                fraction = 0;
                continue;
            }

            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            seen++;
            if (fraction >= scale)
            {
                // Zeros beyond the scale say nothing; other digits would be lost.
                if (c != '0')
                {
                    return false;
                }

                continue;
            }

            fraction += fraction >= 0 ? 1 : 0;
            value = (value * 10) + (c - '0');
            if (value >= limit)
            {
                return false;
            }
        }

        for (var i = Math.Max(0, fraction); i < scale; i++)
        {
            value *= 10;
            if (value >= limit)
            {
                return false;
            }
        }

        value = isNegative ? -value : value;
        return seen > 0;
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
