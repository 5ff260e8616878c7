using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>Values out of a TOML 1.0 file. Dates are refused: they cannot be parameters.</summary>
internal sealed class TomlReader
{
    private const int MaximumDepth = 64;
    private readonly string _name;
    private readonly string _text;
    private int _at;

    private TomlReader(string name, string text) => (_name, _text) = (name, text);

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <exception cref="DvcException">Not TOML, or something in it cannot be a parameter.</exception>
    public static ParameterValue Read(string name, byte[] bytes)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n");
        }
        catch (DecoderFallbackException exception)
        {
            throw new DvcException($"{name} is not valid UTF-8.", exception);
        }

        return new TomlReader(name, text).ReadDocument().ToValue();
    }

    private TomlTable ReadDocument()
    {
        var root = new TomlTable();
        var table = root;
        while (SkipToContent())
        {
            if (Current == '[')
            {
                table = ReadHeader(root);
            }
            else
            {
                ReadPair(table, 0);
            }

            SkipBlanks();
            if (Current == '#')
            {
                SkipComment();
            }

            if (_at < _text.Length && Current != '\n')
            {
                throw Fail("expected the end of the line");
            }
        }

        return root;
    }

    private TomlTable ReadHeader(TomlTable root)
    {
        _at++;
        var isItem = Current == '[';
        _at += isItem ? 1 : 0;
        var keys = ReadKeys();
        Expect(']');
        if (isItem)
        {
            Expect(']');
        }

        var parent = root;
        foreach (var key in keys.SkipLast(1))
        {
            parent = parent.Enter(key) ?? throw Fail($"'{key}' is not a table");
        }

        return (isItem ? parent.AddItem(keys[^1]) : parent.Define(keys[^1])) ?? throw Fail($"'{keys[^1]}' is defined twice");
    }

    private void ReadPair(TomlTable table, int depth)
    {
        var keys = ReadKeys();
        Expect('=');
        SkipBlanks();
        foreach (var key in keys.SkipLast(1))
        {
            table = table.Enter(key) ?? throw Fail($"'{key}' is not a table");
        }

        if (!table.TrySet(keys[^1], ReadValue(depth)))
        {
            throw Fail($"'{keys[^1]}' is defined twice");
        }
    }

    private List<string> ReadKeys()
    {
        var keys = new List<string>();
        do
        {
            _at += keys.Count == 0 ? 0 : 1;
            SkipBlanks();
            if (Current is '"' or '\'')
            {
                keys.Add(TomlString.Read(_text, ref _at, Fail));
            }
            else
            {
                var start = _at;
                while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-')
                {
                    _at++;
                }

                keys.Add(_at > start ? _text[start.._at] : throw Fail("expected a key"));
            }

            SkipBlanks();
        }
        while (Current == '.');
        return keys;
    }

    private object ReadValue(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Fail($"values are nested more than {MaximumDepth} levels deep");
        }

        switch (Current)
        {
            case '"' or '\'':
                return ParameterValue.Of(TomlString.Read(_text, ref _at, Fail));
            case '[':
                return ReadArray(depth);
            case '{':
                return ReadInlineTable(depth);
            default:
                var start = _at;
                while (char.IsAsciiLetterOrDigit(Current) || Current is '+' or '-' or '_' or '.' or ':')
                {
                    _at++;
                }

                return TomlNumber.TryRead(_text[start.._at]) ?? throw Fail($"'{_text[start.._at]}' is no value that a parameter can have");
        }
    }

    private ParameterValue ReadArray(int depth)
    {
        _at++;
        var items = new List<ParameterValue>();
        while (true)
        {
            SkipToContent();
            if (Current == ']')
            {
                _at++;
                return ParameterValue.List(items);
            }

            items.Add(TomlTable.ToValue(ReadValue(depth + 1)));
            SkipToContent();
            if (Current == ',')
            {
                _at++;
            }
            else if (Current != ']')
            {
                throw Fail("expected ',' or ']'");
            }
        }
    }

    private ParameterValue ReadInlineTable(int depth)
    {
        _at++;
        var table = new TomlTable();
        SkipBlanks();
        while (Current != '}')
        {
            ReadPair(table, depth + 1);
            SkipBlanks();
            if (Current == ',')
            {
                _at++;
                SkipBlanks();
            }
            else if (Current != '}')
            {
                throw Fail("expected ',' or '}'");
            }
        }

        _at++;
        return table.ToValue();
    }

    private void Expect(char c)
    {
        SkipBlanks();
        if (Current != c)
        {
            throw Fail($"expected '{c}'");
        }

        _at++;
    }

    // Skips white space, comments and line breaks.
    private bool SkipToContent()
    {
        while (_at < _text.Length)
        {
            if (Current == '#')
            {
                SkipComment();
            }
            else if (Current is ' ' or '\t' or '\n')
            {
                _at++;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t')
        {
            _at++;
        }
    }

    private void SkipComment()
    {
        var end = _text.IndexOf('\n', _at);
        _at = end < 0 ? _text.Length : end;
    }

    private DvcException Fail(string problem) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{_name}, line {_text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n') + 1}: not valid TOML: {problem}."));
}
