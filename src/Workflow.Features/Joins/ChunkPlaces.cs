using System.Numerics;
using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>Where the rows of a column lie that comes in several arrays. Immutable.</summary>
internal sealed class ChunkPlaces
{
    private readonly int[] _starts;

    // The array that the first row of each block of rows lies in. Blocks are about as long as the arrays.
    private readonly int[] _blocks;
    private readonly int _shift;

    public ChunkPlaces(IReadOnlyList<IArrowArray> chunks)
    {
        _starts = new int[chunks.Count + 1];
        for (var i = 0; i < chunks.Count; i++)
        {
            _starts[i + 1] = checked(_starts[i] + chunks[i].Length);
        }

        _shift = BitOperations.Log2((uint)Math.Max(1, _starts[^1] / Math.Max(1, chunks.Count)));
        _blocks = new int[(_starts[^1] >> _shift) + 2];
        var chunk = 0;
        for (var block = 0; block < _blocks.Length; block++)
        {
            while (chunk < chunks.Count - 1 && _starts[chunk + 1] <= (long)block << _shift)
            {
                chunk++;
            }

            _blocks[block] = chunk;
        }
    }

    /// <summary>Gives the number of rows before an array.</summary>
    public int Start(int chunk) => _starts[chunk];

    /// <summary>Gives a row's array and its position in it.</summary>
    public (int Chunk, int Offset) Of(int row)
    {
        var block = row >> _shift;
        var (low, high) = (_blocks[block], _blocks[block + 1] + 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = _starts[middle] <= row ? (middle, high) : (low, middle);
        }

        return (low, row - _starts[low]);
    }
}
