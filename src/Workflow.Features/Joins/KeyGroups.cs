using System.Runtime.CompilerServices;

namespace Workflow.Features.Joins;

/// <summary>Row numbers brought together by key, in row order within a key.</summary>
internal sealed class KeyGroups
{
    /// <summary>Groups rows; those with a negative key are left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public KeyGroups(ReadOnlySpan<int> keys, int count)
    {
        Starts = new int[count + 1];
        foreach (var key in keys)
        {
            if (key >= 0)
            {
                Starts[key + 1]++;
            }
        }

        for (var key = 0; key < count; key++)
        {
            Starts[key + 1] += Starts[key];
        }

        Rows = new int[Starts[count]];
        var next = Starts.AsSpan(0, count).ToArray();
        for (var row = 0; row < keys.Length; row++)
        {
            if (keys[row] >= 0)
            {
                Rows[next[keys[row]]++] = row;
            }
        }
    }

    /// <summary>Gets the first position of each key in <see cref="Rows"/>, and at the end their number.</summary>
    public int[] Starts { get; }

    /// <summary>Gets the rows, key by key.</summary>
    public int[] Rows { get; }

    /// <summary>Gets the number of keys.</summary>
    public int Count => Starts.Length - 1;

    /// <summary>Gets the rows of one key.</summary>
    public ReadOnlySpan<int> this[int key] => Rows.AsSpan(Starts[key], Starts[key + 1] - Starts[key]);

    /// <summary>Gives the number of rows of the keys before this one.</summary>
    public int RowsBefore(int key) => Starts[key];
}
