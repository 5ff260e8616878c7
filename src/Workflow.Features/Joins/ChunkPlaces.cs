using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>Where the rows of a column lie that comes in several arrays. Immutable.</summary>
internal sealed class ChunkPlaces
{
    private readonly int[] _starts;

    public ChunkPlaces(IReadOnlyList<IArrowArray> chunks)
    {
        _starts = new int[chunks.Count + 1];
        for (var i = 0; i < chunks.Count; i++)
        {
            _starts[i + 1] = checked(_starts[i] + chunks[i].Length);
        }
    }

    /// <summary>Gives the number of rows before an array.</summary>
    public int Start(int chunk) => _starts[chunk];

    /// <summary>Gives a row's array and its position in it.</summary>
    public (int Chunk, int Offset) Of(int row)
    {
        var (low, high) = (0, _starts.Length - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = _starts[middle] <= row ? (middle, high) : (low, middle);
        }

        return (low, row - _starts[low]);
    }
}
