using System.Text;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>The logical lines of a Python file: comments dropped, brackets and long strings joined, blank lines left out.</summary>
internal static class PythonLines
{
    public static List<string> Split(string text)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var depth = 0;
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            switch (c)
            {
                case '#':
                    var end = text.IndexOf('\n', at);
                    at = end < 0 ? text.Length : end;
                    continue;
                case '"' or '\'':
                    var close = EndOfString(text, at);
                    line.Append(text, at, close - at);
                    at = close;
                    continue;
                case '\\' when at + 1 < text.Length && text[at + 1] == '\n':
                    line.Append(' ');
                    at += 2;
                    continue;
                case '\n' when depth == 0:
                    Add(lines, line);
                    at++;
                    continue;
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' or ']' or '}':
                    depth = Math.Max(0, depth - 1);
                    break;
            }

            line.Append(c == '\n' ? ' ' : c);
            at++;
        }

        Add(lines, line);
        return lines;
    }

    /// <summary>Gets the place behind a string literal.</summary>
    public static int EndOfString(string text, int start)
    {
        var quote = text[start];
        var isLong = text.AsSpan(start).StartsWith([quote, quote, quote]);
        var length = isLong ? 3 : 1;
        for (var at = start + length; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text.AsSpan(at).StartsWith(text.AsSpan(start, length)))
            {
                return at + length;
            }
            else if (text[at] == '\n' && !isLong)
            {
                return at;
            }
        }

        return text.Length;
    }

    private static void Add(List<string> lines, StringBuilder line)
    {
        var text = line.ToString();
        line.Clear();
        if (!string.IsNullOrWhiteSpace(text))
        {
            lines.Add(text);
        }
    }
}
