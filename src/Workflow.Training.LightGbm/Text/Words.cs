namespace Workflow.Training.LightGbm.Text;

/// <summary>Walks over what stands between the spaces of a line, without copying it.</summary>
internal ref struct Words(ReadOnlySpan<char> line)
{
    private ReadOnlySpan<char> _rest = line;

    /// <summary>Gets the current word.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Counts the words of a line.</summary>
    public static int Count(ReadOnlySpan<char> line)
    {
        var count = 0;
        foreach (var _ in new Words(line))
        {
            count++;
        }

        return count;
    }

    /// <summary>Gives the walk to a loop.</summary>
    public readonly Words GetEnumerator() => this;

    /// <summary>Goes to the next word, if there is one.</summary>
    public bool MoveNext()
    {
        var start = _rest.IndexOfAnyExcept(' ');
        if (start < 0)
        {
            return false;
        }

        var word = _rest[start..];
        var end = word.IndexOf(' ');
        Current = end < 0 ? word : word[..end];
        _rest = word[Current.Length..];
        return true;
    }
}
