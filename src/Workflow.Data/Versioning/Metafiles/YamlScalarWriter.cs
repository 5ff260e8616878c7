using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Writes text as DVC's YAML library (ruamel.yaml at its defaults) writes it: quoted only when needed, folded at 80 columns.</summary>
internal static class YamlScalarWriter
{
    private const int BestWidth = 80;

    /// <summary>Appends a text value.</summary>
    /// <param name="target">Everything up to the colon or dash before the value; the separating space is written here.</param>
    /// <param name="text">The value; a string, not a number or null.</param>
    /// <param name="indent">The columns that continuation lines start with.</param>
    /// <param name="flow">Whether it stands in <c>[…]</c> or <c>{…}</c>.</param>
    public static void Append(StringBuilder target, string text, int indent, bool flow)
    {
        var points = text.EnumerateRunes().Select(static r => r.Value).ToArray();
        var column = ColumnOf(target);
        if (column > 0 && target[^1] is not (' ' or '[' or '{'))
        {
            target.Append(' ');
            column++;
        }

        var shape = ScalarShape.Of(points);
        if (YamlScalarKinds.Resolve(text) == YamlKind.Text && (flow ? shape.AllowsFlowPlain : shape.AllowsBlockPlain) && points.Length > 0)
        {
            AppendPlain(target, points, column, indent);
        }
        else if (text.Contains('\'', StringComparison.Ordinal) || text.Contains('\n', StringComparison.Ordinal) || !shape.AllowsSingleQuoted)
        {
            AppendDoubleQuoted(target, points, column, indent);
        }
        else
        {
            AppendSingleQuoted(target, points, column, indent);
        }
    }

    private static int ColumnOf(StringBuilder target)
    {
        var column = 0;
        for (var i = target.Length - 1; i >= 0 && target[i] != '\n'; i--)
        {
            column += char.IsLowSurrogate(target[i]) ? 0 : 1;
        }

        return column;
    }

    private static void AppendPlain(StringBuilder target, int[] points, int column, int indent)
    {
        var start = 0;
        var inSpaces = false;
        for (var end = 0; end <= points.Length; end++)
        {
            var point = end < points.Length ? points[end] : -1;
            if (inSpaces)
            {
                if (point != ' ')
                {
                    if (start + 1 == end && column >= BestWidth)
                    {
                        column = Break(target, indent);
                    }
                    else
                    {
                        column += AppendRange(target, points, start, end);
                    }

                    start = end;
                }
            }
            else if (point is -1 or ' ')
            {
                if (end - start + column > BestWidth && column > indent)
                {
                    column = Break(target, indent);
                }

                column += AppendRange(target, points, start, end);
                start = end;
            }

            inSpaces = point == ' ';
        }
    }

    private static void AppendSingleQuoted(StringBuilder target, int[] points, int column, int indent)
    {
        target.Append('\'');
        column++;
        var start = 0;
        var inSpaces = false;
        for (var end = 0; end <= points.Length; end++)
        {
            var point = end < points.Length ? points[end] : -1;
            if (inSpaces)
            {
                if (point != ' ')
                {
                    if (start + 1 == end && column > BestWidth && start != 0 && end != points.Length)
                    {
                        column = Break(target, indent);
                    }
                    else
                    {
                        column += AppendRange(target, points, start, end);
                    }

                    start = end;
                }
            }
            else if (point is -1 or ' ')
            {
                column += AppendRange(target, points, start, end);
                start = end;
            }

            inSpaces = point == ' ';
        }

        target.Append('\'');
    }

    private static void AppendDoubleQuoted(StringBuilder target, int[] points, int column, int indent)
    {
        target.Append('"');
        column++;
        var start = 0;
        for (var end = 0; end <= points.Length; end++)
        {
            var point = end < points.Length ? points[end] : -1;
            if (point == -1 || NeedsEscape(point))
            {
                column += AppendRange(target, points, start, end);
                start = end;
                if (point != -1)
                {
                    column += AppendEscape(target, point);
                    start = end + 1;
                }
            }

            if (end > 0 && end < points.Length - 1 && (point == ' ' || start >= end) && column + (end - start) > BestWidth)
            {
                var needsBackslash = NeedsBackslash(points, start, end);
                column += AppendRange(target, points, start, Math.Max(start, end));
                if (needsBackslash)
                {
                    target.Append('\\');
                }

                start = Math.Max(start, end);
                column = Break(target, indent);
                if (points[start] == ' ')
                {
                    if (needsBackslash)
                    {
                        target.Append('\\');
                        column++;
                    }
                    else
                    {
                        start++;
                    }
                }
            }
        }

        target.Append('"');
    }

    // A line break inside double quotes reads as a space; a backslash before it makes it read as nothing.
    private static bool NeedsBackslash(int[] points, int start, int end)
    {
        var space = Array.IndexOf(points, ' ', end);
        if (space < 0)
        {
            return true;
        }

        var newline = Array.IndexOf(points, '\n', end, space - end);
        if (newline >= 0)
        {
            space = newline;
        }

        if (points[space] == '\n' && (space + 1 >= points.Length || points[space + 1] != ' '))
        {
            return true;
        }

        var between = points.AsSpan(end, space - end);
        return between.Contains('"') || between.Contains('\'')
            || space + 1 >= points.Length || points[space + 1] is ' ' or '\n'
            || (points[end - 1] == ' ' && points[end] == ' ')
            || start == end;
    }

    private static bool NeedsEscape(int point) => point is '"' or '\\' or 0x85 or 0x2028 or 0x2029 or 0xFEFF
        || !(point is (>= 0x20 and <= 0x7E) or (>= 0xA0 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or (>= 0x10000 and <= 0x10FFFF));

    private static int AppendEscape(StringBuilder target, int point)
    {
        var name = point switch
        {
            0 => '0', 7 => 'a', 8 => 'b', 9 => 't', 10 => 'n', 11 => 'v', 12 => 'f', 13 => 'r', 0x1B => 'e',
            '"' => '"', '\\' => '\\', 0x85 => 'N', 0xA0 => '_', 0x2028 => 'L', 0x2029 => 'P',
            _ => '\0',
        };
        var before = target.Length;
        target.Append('\\');
        if (name != '\0')
        {
            target.Append(name);
        }
        else if (point <= 0xFF)
        {
            target.Append('x').Append(point.ToString("X2", CultureInfo.InvariantCulture));
        }
        else if (point <= 0xFFFF)
        {
            target.Append('u').Append(point.ToString("X4", CultureInfo.InvariantCulture));
        }
        else
        {
            target.Append('U').Append(point.ToString("X8", CultureInfo.InvariantCulture));
        }

        return target.Length - before;
    }

    private static int AppendRange(StringBuilder target, int[] points, int start, int end)
    {
        Span<char> chars = stackalloc char[2];
        for (var i = start; i < end; i++)
        {
            var length = new Rune(points[i]).EncodeToUtf16(chars);
            target.Append(chars[..length]);
        }

        return Math.Max(0, end - start);
    }

    private static int Break(StringBuilder target, int indent)
    {
        target.Append('\n').Append(' ', indent);
        return indent;
    }
}
