using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>
/// Values out of a Python file, as DVC reads them: assignments of literals at the top, in classes, and to <c>self</c> in
/// <c>__init__</c>. Everything else in the file is passed over; it is never run.
/// </summary>
internal static class PythonParameters
{
    private const int TabWidth = 8;

    /// <exception cref="DvcException">Not UTF-8.</exception>
    public static ParameterValue Read(string name, byte[] bytes)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n");
            return ReadBody(PythonLines.Split(text), 0, out _, onlySelf: false);
        }
        catch (DecoderFallbackException exception)
        {
            throw new DvcException($"{name} is not valid UTF-8.", exception);
        }
    }

    // A block is the logical lines of one indent; deeper ones belong to the line before them.
    private static ParameterValue ReadBody(IReadOnlyList<string> lines, int start, out int next, bool onlySelf)
    {
        var values = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        var indent = start < lines.Count ? IndentOf(lines[start]) : 0;
        var at = start;
        while (at < lines.Count && IndentOf(lines[at]) >= indent)
        {
            var line = lines[at].Trim();
            var hasBlock = at + 1 < lines.Count && IndentOf(lines[at + 1]) > indent;
            if (hasBlock && NameAfter(line, "class ") is { } className)
            {
                values[className] = ReadBody(lines, at + 1, out at, onlySelf: false);
                continue;
            }

            if (hasBlock && NameAfter(line, "def ") == "__init__")
            {
                foreach (var (key, value) in ReadBody(lines, at + 1, out at, onlySelf: true).Members)
                {
                    values[key.ToString()] = value;
                }

                continue;
            }

            if (TryReadAssignment(line, onlySelf) is { Key: { } target, Value: { } assigned })
            {
                values[target] = assigned;
            }

            at++;
            while (at < lines.Count && IndentOf(lines[at]) > indent)
            {
                at++;
            }
        }

        next = at;
        return ParameterValue.Map(values);
    }

    private static string? NameAfter(string line, string keyword)
    {
        if (!line.StartsWith(keyword, StringComparison.Ordinal))
        {
            return null;
        }

        var name = line[keyword.Length..].TrimStart();
        return name[..(name.AsSpan().IndexOfAny("(: ") is var end and >= 0 ? end : name.Length)];
    }

    private static KeyValuePair<string, ParameterValue> TryReadAssignment(string line, bool onlySelf)
    {
        var end = 0;
        while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '_' or '.'))
        {
            end++;
        }

        var target = line[..end];
        var isSelf = target.StartsWith("self.", StringComparison.Ordinal);
        var name = isSelf ? target[5..] : target;
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.Contains('.', StringComparison.Ordinal) || (onlySelf && !isSelf))
        {
            return default;
        }

        var rest = line[end..].TrimStart();
        if (rest.StartsWith(':'))
        {
            // NAME: type = value
            var equals = rest.IndexOf('=', StringComparison.Ordinal);
            rest = equals < 0 ? "" : rest[equals..];
        }

        if (!rest.StartsWith('=') || rest.StartsWith("==", StringComparison.Ordinal))
        {
            return default;
        }

        return PythonLiteral.TryRead(rest[1..]) is { } value ? new(name, value) : default;
    }

    private static int IndentOf(string line)
    {
        var column = 0;
        foreach (var c in line)
        {
            if (c == '\t')
            {
                column = (column / TabWidth + 1) * TabWidth;
            }
            else if (c == ' ')
            {
                column++;
            }
            else
            {
                break;
            }
        }

        return column;
    }
}
