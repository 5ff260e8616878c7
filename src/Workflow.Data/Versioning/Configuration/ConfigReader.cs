using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>Reads the dialect of settings files that DVC reads with ConfigObj: sections, quotes, triple quotes, lists, <c>#</c> comments.</summary>
internal sealed class ConfigReader(string path, string text)
{
    private readonly string[] _lines = text.ReplaceLineEndings("\n").Split('\n');
    private readonly List<string> _problems = [];
    private readonly List<ConfigSection> _sections = [];
    private List<string> _above = [];

    /// <summary>Reads the whole file.</summary>
    /// <param name="below">The comments after the last entry.</param>
    /// <exception cref="DvcException">Every line that cannot be read.</exception>
    public List<ConfigSection> Read(out IReadOnlyList<string> below)
    {
        // The part after the last line break is no line unless something stands there.
        var count = _lines[^1].Length == 0 ? _lines.Length - 1 : _lines.Length;
        for (var i = 0; i < count; i++)
        {
            var line = _lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                _above.Add(_lines[i]);
            }
            else if (TryReadHeader(line, i) || TryReadEntry(ref i))
            {
                _above = [];
            }
        }

        below = _above;
        return _problems.Count == 0 ? _sections : throw new DvcException(DvcErrorKind.BadInput, [.. _problems]);
    }

    private bool TryReadHeader(string line, int index)
    {
        var end = line[0] == '[' ? HeaderEnd(line) : -1;
        if (end < 0)
        {
            return false;
        }

        if (line.StartsWith("[[", StringComparison.Ordinal))
        {
            Fail(index, "a section within a section, which DVC has no use for");
            return true;
        }

        var title = Unquote(line[1..end].Trim()).ToLowerInvariant();
        if (_sections.Exists(s => s.Title == title))
        {
            Fail(index, $"the section [{title}] a second time");
            return true;
        }

        _sections.Add(new ConfigSection { Title = title, Line = index + 1, Above = _above, Written = _lines[index] });
        return true;
    }

    // The bracket behind which only a comment stands.
    private static int HeaderEnd(string line)
    {
        for (var end = line.IndexOf(']', StringComparison.Ordinal); end >= 0; end = line.IndexOf(']', end + 1))
        {
            var rest = line.AsSpan(end + 1).TrimStart();
            if ((rest.Length == 0 || rest[0] == '#') && line.AsSpan(1, end - 1).Trim().Length > 0)
            {
                return end;
            }
        }

        return -1;
    }

    private bool TryReadEntry(ref int index)
    {
        var first = index;
        var line = _lines[index];
        var equals = EqualsSign(line);
        if (equals < 0)
        {
            Fail(index, "neither 'key = value' nor '[section]'");
            return true;
        }

        var key = Unquote(line[..equals].Trim()).ToLowerInvariant();
        var written = line[(equals + 1)..].TrimStart();
        var isRead = written.StartsWith("'''", StringComparison.Ordinal) || written.StartsWith("\"\"\"", StringComparison.Ordinal)
            ? TryReadTriple(written, ref index, out var value, out var comment)
            : TryReadValue(written, out value, out comment);
        if (!isRead)
        {
            Fail(first, $"a value of '{key}' whose quotes do not match");
        }
        else if (_sections.Count == 0)
        {
            Fail(first, $"the key '{key}' outside of any section");
        }
        else if (_sections[^1].Find(key) is not null)
        {
            Fail(first, $"the key '{key}' a second time in [{_sections[^1].Title}]");
        }
        else if (value.Items.Any(static i => i.Contains("%(", StringComparison.Ordinal)))
        {
            Fail(first, $"'%(' in the value of '{key}', which DVC takes for the name of another setting");
        }
        else
        {
            _sections[^1].Entries.Add(new ConfigEntry
            {
                Key = key,
                Value = value,
                Line = first + 1,
                Above = _above,
                Written = _lines[first..(index + 1)],
                Comment = comment,
                Indent = line[..(line.Length - line.TrimStart().Length)],
            });
        }

        return true;
    }

    private static int EqualsSign(string line)
    {
        var start = line.Length - line.TrimStart().Length;
        if (line[start] is '"' or '\'')
        {
            // A quoted key: the sign stands behind its end.
            for (var quote = line.IndexOf(line[start], start + 1); quote >= 0; quote = line.IndexOf(line[start], quote + 1))
            {
                var rest = line.AsSpan(quote + 1);
                if (rest.TrimStart().StartsWith('='))
                {
                    return quote + 1 + rest.IndexOf('=');
                }
            }

            return -1;
        }

        return line.IndexOf('=', start) is var at && at > start ? at : -1;
    }

    private bool TryReadTriple(string written, ref int index, out ConfigValue value, out string comment)
    {
        var quote = written[..3];
        var body = written[3..];
        value = default;
        comment = "";
        var content = new List<string>();
        while (true)
        {
            var end = body.IndexOf(quote, StringComparison.Ordinal);
            if (end >= 0)
            {
                content.Add(body[..end]);
                value = ConfigValue.Of(string.Join('\n', content));
                comment = body[(end + 3)..];
                return comment.Trim() is "" or ['#', ..];
            }

            content.Add(body);
            if (index + 1 >= _lines.Length)
            {
                return false;
            }

            body = _lines[++index];
        }
    }

    private static bool TryReadValue(string written, out ConfigValue value, out string comment)
    {
        var items = ImmutableArray.CreateBuilder<string>();
        var isList = false;
        var rest = written;
        value = default;
        comment = "";
        while (true)
        {
            rest = rest.TrimStart();
            if (rest.Length > 0 && rest[0] is '"' or '\'')
            {
                var end = QuoteEnd(rest);
                if (end < 0)
                {
                    return false;
                }

                items.Add(rest[1..end]);
                rest = rest[(end + 1)..];
            }
            else
            {
                var end = rest.AsSpan().IndexOfAny(',', '#');
                var item = (end < 0 ? rest : rest[..end]).TrimEnd();
                if (item.Length > 0 || !isList)
                {
                    items.Add(item);
                }

                rest = rest[item.Length..];
            }

            var tail = rest.TrimStart();
            if (tail.Length == 0 || tail[0] == '#')
            {
                comment = tail.Length == 0 ? "" : rest;
                value = new ConfigValue(isList && items is [""] ? [] : items.ToImmutable(), isList);
                return true;
            }

            isList = true;
            rest = tail[1..];
        }
    }

    // A quote that ends a value stands before a comma, a comment or the end of the line.
    private static int QuoteEnd(string rest)
    {
        for (var end = rest.IndexOf(rest[0], 1); end >= 0; end = rest.IndexOf(rest[0], end + 1))
        {
            if (rest.AsSpan(end + 1).TrimStart() is [] or [',' or '#', ..])
            {
                return end;
            }
        }

        return -1;
    }

    private static string Unquote(string text) => text is ['"', .., '"'] or ['\'', .., '\''] ? text[1..^1] : text;

    private void Fail(int index, string found) =>
        _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{path}, line {index + 1}: expected 'key = value' or '[section]', got {found}."));
}
