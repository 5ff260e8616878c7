using System.Globalization;
using System.Numerics;
using System.Text;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>Reads one Python literal: numbers, strings, <c>True</c>, <c>False</c>, <c>None</c>, lists, tuples and dictionaries.</summary>
internal sealed class PythonLiteral
{
    private const int MaximumDepth = 64;
    private readonly string _text;
    private int _at;

    private PythonLiteral(string text) => _text = text;

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <returns>Null when the text is anything else, such as a call or an expression.</returns>
    public static ParameterValue? TryRead(string text)
    {
        var literal = new PythonLiteral(text);
        var value = literal.ReadTuple();
        return literal._at == text.Length ? value : null;
    }

    // At the top 1, 2 is a tuple without brackets.
    private ParameterValue? ReadTuple()
    {
        var first = ReadValue(0);
        if (first is null || Current != ',')
        {
            return first;
        }

        var items = new List<ParameterValue> { first };
        while (Current == ',')
        {
            _at++;
            Skip();
            if (_at == _text.Length)
            {
                break;
            }

            if (ReadValue(0) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return ParameterValue.List(items);
    }

    private ParameterValue? ReadValue(int depth)
    {
        Skip();
        var value = Current switch
        {
            _ when depth > MaximumDepth => null,
            '"' or '\'' => ReadString(),
            '[' => ReadItems(']', depth),
            '(' => ReadItems(')', depth),
            '{' => ReadDictionary(depth),
            _ => ReadWord(),
        };
        Skip();
        return value;
    }

    private ParameterValue? ReadItems(char close, int depth)
    {
        _at++;
        var items = new List<ParameterValue>();
        var commas = 0;
        while (true)
        {
            Skip();
            if (Current == close)
            {
                _at++;
                return close == ')' && items.Count == 1 && commas == 0 ? items[0] : ParameterValue.List(items);
            }

            if (ReadValue(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
            if (Current == ',')
            {
                commas++;
                _at++;
            }
            else if (Current != close)
            {
                return null;
            }
        }
    }

    private ParameterValue? ReadDictionary(int depth)
    {
        _at++;
        var members = new OrderedDictionary<ParameterValue, ParameterValue>();
        while (true)
        {
            Skip();
            if (Current == '}')
            {
                _at++;
                return ParameterValue.MapOfAny(members);
            }

            if (ReadValue(depth + 1) is not { } key || Current != ':')
            {
                return null;
            }

            _at++;
            if (ReadValue(depth + 1) is not { } value)
            {
                return null;
            }

            members[key] = value;
            if (Current == ',')
            {
                _at++;
            }
            else if (Current != '}')
            {
                return null;
            }
        }
    }

    private ParameterValue? ReadString()
    {
        var result = new StringBuilder();

        // Strings that stand beside one another are one.
        while (Current is '"' or '\'')
        {
            var end = PythonLines.EndOfString(_text, _at);
            var quotes = _text.AsSpan(_at).StartsWith([Current, Current, Current]) ? 3 : 1;
            if (end - _at < 2 * quotes || !Unescape(_text[(_at + quotes)..(end - quotes)], result))
            {
                return null;
            }

            _at = end;
            Skip();
        }

        return ParameterValue.Of(result.ToString());
    }

    private static bool Unescape(string text, StringBuilder target)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                target.Append(text[i]);
                continue;
            }

            var c = text[++i];
            var length = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (length > 0)
            {
                if (i + length >= text.Length || !int.TryParse(text.AsSpan(i + 1, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || !Rune.IsValid(point))
                {
                    return false;
                }

                target.Append(new Rune(point).ToString());
                i += length;
                continue;
            }

            _ = c switch
            {
                '\n' => target,
                'n' => target.Append('\n'),
                't' => target.Append('\t'),
                'r' => target.Append('\r'),
                '0' => target.Append('\0'),
                'a' => target.Append('\a'),
                'b' => target.Append('\b'),
                'f' => target.Append('\f'),
                'v' => target.Append('\v'),
                '\\' or '\'' or '"' => target.Append(c),
                _ => target.Append('\\').Append(c),
            };
        }

        return true;
    }

    private ParameterValue? ReadWord()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '.' || (Current is '+' or '-' && (_at == start || _text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }

        var word = _text[start.._at];
        var digits = word.Replace("_", "", StringComparison.Ordinal);
        return word switch
        {
            "True" => ParameterValue.Of(true),
            "False" => ParameterValue.Of(false),
            "None" => ParameterValue.Null,
            _ when BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => ParameterValue.Of(whole),
            _ when digits.Length > 0 && (char.IsAsciiDigit(digits[0]) || digits[0] is '-' or '+' or '.')
                && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => ParameterValue.Of(real),
            _ => TomlNumber.TryRead(word) is { Kind: ParameterKind.Whole } prefixed ? prefixed : null,
        };
    }

    private void Skip()
    {
        while (Current is ' ' or '\t' or '\n')
        {
            _at++;
        }
    }
}
