namespace Workflow.Training.LightGbm.Text;

/// <summary>Walks over the lines of a text without copying them.</summary>
internal ref struct TextLines(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>Gets the current line, without line end.</summary>
    public ReadOnlySpan<char> Line { get; private set; }

    /// <summary>Gets the number of the current line, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Gets where the next line starts.</summary>
    public int Position { get; private set; }

    /// <summary>Goes on behind text that another reader took.</summary>
    /// <param name="position">Where the next line starts; not before <see cref="Position"/>.</param>
    public void SkipTo(int position)
    {
        Number += _text[Position..position].Count('\n');
        Position = position;
    }

    /// <summary>Goes to the next line, if there is one.</summary>
    public bool Next()
    {
        if (!Peek(out var line))
        {
            return false;
        }

        Line = line;
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
}
