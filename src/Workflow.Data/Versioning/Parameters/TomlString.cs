using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>The four kinds of strings of TOML.</summary>
internal static class TomlString
{
    /// <summary>Reads a string.</summary>
    /// <param name="text">The file.</param>
    /// <param name="at">The first quote; afterwards behind the last.</param>
    /// <param name="fail">Makes the error for the place.</param>
    public static string Read(string text, ref int at, Func<string, DvcException> fail)
    {
        var quote = text[at];
        var isLong = text.AsSpan(at).StartsWith([quote, quote, quote]);
        at += isLong ? 3 : 1;
        if (isLong && at < text.Length && text[at] == '\n')
        {
            at++;
        }

        var result = new StringBuilder();
        while (true)
        {
            if (at >= text.Length || (!isLong && text[at] == '\n'))
            {
                throw fail("a string does not end");
            }

            if (text[at] == quote && (!isLong || text.AsSpan(at).StartsWith([quote, quote, quote])))
            {
                at += isLong ? 3 : 1;

                // One or two quotes may stand before the three that end it.
                for (var extra = 0; isLong && extra < 2 && at < text.Length && text[at] == quote; extra++)
                {
                    result.Append(quote);
                    at++;
                }

                return result.ToString();
            }

            if (text[at] == '\\' && quote == '"')
            {
                ReadEscape(text, ref at, isLong, result, fail);
            }
            else
            {
                result.Append(text[at++]);
            }
        }
    }

    private static void ReadEscape(string text, ref int at, bool isLong, StringBuilder result, Func<string, DvcException> fail)
    {
        at++;
        var c = at < text.Length ? text[at++] : '\0';
        switch (c)
        {
            case 'b':
                result.Append('\b');
                break;
            case 't':
                result.Append('\t');
                break;
            case 'n':
                result.Append('\n');
                break;
            case 'f':
                result.Append('\f');
                break;
            case 'r':
                result.Append('\r');
                break;
            case '"' or '\\':
                result.Append(c);
                break;
            case 'u' or 'U':
                var length = c == 'u' ? 4 : 8;
                if (at + length > text.Length
                    || !int.TryParse(text.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || !Rune.IsValid(point))
                {
                    throw fail($"'\\{c}' needs {length} hexadecimal digits of a character");
                }

                result.Append(new Rune(point).ToString());
                at += length;
                break;
            case ' ' or '\t' or '\n' when isLong:
                while (at < text.Length && text[at] is ' ' or '\t' or '\n')
                {
                    at++;
                }

                break;
            default:
                throw fail($"'\\{c}' is no escape");
        }
    }
}
