using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Views;

/// <summary>Recursive descent over a short text. Depth and length are bounded: definitions may come from files.</summary>
internal sealed class ExpressionParser
{
    private const int MaxLength = 4096;
    private const int MaxDepth = 64;
    private static readonly string[] Comparisons = ["<=", ">=", "!=", "=", "<", ">"];

    private readonly string _text;
    private readonly List<string> _columns = [];
    private int _position;
    private int _depth;

    public ExpressionParser(string text)
    {
        _text = text;
        if (text.Length > MaxLength)
        {
            throw new FormatException($"An expression has at most {MaxLength} characters, got {text.Length}.");
        }
    }

    public ImmutableArray<string> Columns => [.. _columns];

    public ExpressionNode Parse()
    {
        var root = Or();
        return _position == _text.Length ? root : throw Unexpected("an operator or the end");
    }

    private ExpressionNode Or()
    {
        var left = And();
        while (Word("or"))
        {
            left = new ExpressionNode.Logic(IsAnd: false, left, And());
        }

        return left;
    }

    private ExpressionNode And()
    {
        var left = Not();
        while (Word("and"))
        {
            left = new ExpressionNode.Logic(IsAnd: true, left, Not());
        }

        return left;
    }

    private ExpressionNode Not() => Word("not") ? Deeper(() => new ExpressionNode.Unary("not", Not())) : Comparison();

    private ExpressionNode Comparison()
    {
        var left = Sum();
        return Array.Find(Comparisons, Symbol) is { } found ? new ExpressionNode.Binary(found, left, Sum()) : left;
    }

    private ExpressionNode Sum()
    {
        var left = Product();
        while (true)
        {
            if (Symbol("+"))
            {
                left = new ExpressionNode.Binary("+", left, Product());
            }
            else if (Symbol("-"))
            {
                left = new ExpressionNode.Binary("-", left, Product());
            }
            else
            {
                return left;
            }
        }
    }

    private ExpressionNode Product()
    {
        var left = Factor();
        while (true)
        {
            if (Symbol("*"))
            {
                left = new ExpressionNode.Binary("*", left, Factor());
            }
            else if (Symbol("/"))
            {
                left = new ExpressionNode.Binary("/", left, Factor());
            }
            else
            {
                return left;
            }
        }
    }

    private ExpressionNode Factor()
    {
        if (Symbol("-"))
        {
            return Deeper(() => new ExpressionNode.Unary("-", Factor()));
        }

        if (Symbol("("))
        {
            var inner = Deeper(Or);
            return Symbol(")") ? inner : throw Unexpected("')'");
        }

        SkipSpace();
        var start = _position;
        if (start < _text.Length && (char.IsAsciiDigit(_text[start]) || _text[start] == '.'))
        {
            return Number();
        }

        var name = Name();
        if (name.Length == 0 || name is "and" or "or" or "not")
        {
            _position = start;
            throw Unexpected("a number, a column, a function or '('");
        }

        return Symbol("(") ? Call(name, start) : Column(name);
    }

    private ExpressionNode.Number Number()
    {
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] == '.'
            || (_text[_position] is '+' or '-' && _text[_position - 1] is 'e' or 'E' && char.IsAsciiDigit(_text[start]))))
        {
            _position++;
        }

        var span = _text.AsSpan(start, _position - start);
        if (double.TryParse(span, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            return new ExpressionNode.Number(value);
        }

        _position = start;
        throw Unexpected("a finite number");
    }

    private ExpressionNode.Call Call(string name, int start)
    {
        if (!ExpressionFunction.All.TryGetValue(name, out var function))
        {
            _position = start;
            throw Unexpected($"one of the functions {string.Join(", ", ExpressionFunction.All.Keys.Order(StringComparer.Ordinal))}");
        }

        var first = Deeper(Or);
        ExpressionNode? second = null;
        if (function.Arguments == 2)
        {
            second = Symbol(",") ? Deeper(Or) : throw Unexpected($"',' and the second argument of {name}");
        }

        return Symbol(")") ? new ExpressionNode.Call(function, first, second) : throw Unexpected("')'");
    }

    private ExpressionNode.Column Column(string name)
    {
        var index = _columns.IndexOf(name);
        if (index < 0)
        {
            index = _columns.Count;
            _columns.Add(name);
        }

        return new ExpressionNode.Column(name, index);
    }

    private string Name()
    {
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '_' or '.'))
        {
            _position++;
        }

        return _text[start.._position];
    }

    private bool Word(string word)
    {
        SkipSpace();
        var start = _position;
        if (Name() == word)
        {
            return true;
        }

        _position = start;
        return false;
    }

    private bool Symbol(string symbol)
    {
        SkipSpace();
        if (string.CompareOrdinal(_text, _position, symbol, 0, symbol.Length) != 0)
        {
            return false;
        }

        _position += symbol.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private ExpressionNode Deeper(Func<ExpressionNode> parse)
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException($"An expression is nested at most {MaxDepth} deep: '{_text}'.");
        }

        var node = parse();
        _depth--;
        return node;
    }

    private FormatException Unexpected(string expected)
    {
        var actual = _position < _text.Length ? $"'{_text[_position..Math.Min(_text.Length, _position + 12)]}'" : "the end";
        return new FormatException($"Expected {expected} at position {_position} of expression '{_text}', got {actual}.");
    }
}
