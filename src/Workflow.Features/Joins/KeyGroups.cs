namespace Workflow.Features.Joins;

/// <summary>Row numbers brought together by key, in row order within a key. Immutable.</summary>
internal sealed class KeyGroups
{
    private readonly int[] _starts;
    private readonly int[] _rows;

    /// <summary>Groups rows; those with a negative key are left out.</summary>
    public KeyGroups(ReadOnlySpan<int> keys, int count)
    {
        _starts = new int[count + 1];
        foreach (var key in keys)
        {
            if (key >= 0)
            {
                _starts[key + 1]++;
            }
        }

        for (var key = 0; key < count; key++)
        {
            _starts[key + 1] += _starts[key];
        }

        _rows = new int[_starts[count]];
        var next = _starts.AsSpan(0, count).ToArray();
        for (var row = 0; row < keys.Length; row++)
        {
            if (keys[row] >= 0)
            {
                _rows[next[keys[row]]++] = row;
            }
        }
    }

    /// <summary>Gets the number of keys.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Gets the rows of one key.</summary>
    public ReadOnlySpan<int> this[int key] => _rows.AsSpan(_starts[key], _starts[key + 1] - _starts[key]);

    /// <summary>Gives the number of rows of the keys before this one.</summary>
    public int RowsBefore(int key) => _starts[key];
}
