namespace Workflow.Training.LightGbm.Text;

/// <summary>Walks over the lines of a text without copying them.</summary>
internal ref struct TextLines(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>Gets the current line, without line end.</summary>
    public ReadOnlySpan<char> Line { get; private set; }

    /// <summary>Gets the number of the current line, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Gets where the current line starts.</summary>
    public int Start { get; private set; }

    /// <summary>Gets where the next line starts.</summary>
    public int Position { get; private set; }

    /// <summary>Gets whether the current line has a line end: the last line of a text that was cut has none.</summary>
    public readonly bool IsEnded => Position > Start + Line.Length;

    /// <summary>Goes to the next line, if there is one.</summary>
    public bool Next()
    {
        if (!Peek(out var line))
        {
            return false;
        }

        Line = line;
        Start = Position;
        Number++;
        Position = Math.Min(_text.Length, Position + line.Length + 1);
        return true;
    }

    /// <summary>Looks at the next line, if there is one.</summary>
    public readonly bool Peek(out ReadOnlySpan<char> line)
    {
        var rest = _text[Position..];
        var end = rest.IndexOf('\n');
        line = end < 0 ? rest : rest[..end];
        return !rest.IsEmpty;
    }

    /// <summary>Goes over blank lines.</summary>
    /// <param name="end">Where to stop at the latest.</param>
    public void SkipBlank(int end)
    {
        while (Position < end && _text[Position] == '\n')
        {
            Next();
        }
    }
}
