namespace Workflow.Training.LightGbm.Export;

/// <summary>Goes through a text line by line.</summary>
internal sealed class LightGbmLines(string text)
{
    /// <summary>Gets where the next line starts.</summary>
    public int Position { get; private set; }

    /// <summary>Gets the next line without going on; null at the end. A last line without its line end is cut, and no line.</summary>
    public string? Peek()
    {
        var length = text.AsSpan(Position).IndexOf('\n');
        return length < 0 ? null : text.Substring(Position, length);
    }

    /// <summary>Gets the next line; null at the end.</summary>
    public string? Read()
    {
        var line = Peek();
        Position += line is null ? 0 : line.Length + 1;
        return line;
    }
}
