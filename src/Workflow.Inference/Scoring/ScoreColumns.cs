using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Workflow.Inference.Scoring;

/// <summary>The score columns of one batch while they are being filled: one array for each score of a row, of the graph's own type.</summary>
internal sealed class ScoreColumns
{
    private readonly Schema _schema;
    private readonly int _rows;
    private readonly ImmutableArray<ScoreOutput> _outputs;
    private readonly byte[][] _columns;

    public ScoreColumns(Schema schema, ImmutableArray<ScoreOutput> outputs, int rows)
    {
        (_schema, _rows, _outputs) = (schema, rows, outputs);
        _columns = [.. outputs.SelectMany(o => Enumerable.Repeat(o.ElementSize, o.Width)).Select(size => new byte[(long)rows * size])];
    }

    /// <summary>Copies the scores of some rows.</summary>
    /// <param name="output">The number of the graph's output.</param>
    /// <param name="start">The first row.</param>
    /// <param name="scores"><c>[rows, Width]</c>, row-major.</param>
    public void Write<T>(int output, int start, ReadOnlySpan<T> scores)
        where T : unmanaged
    {
        var first = 0;
        for (var i = 0; i < output; i++)
        {
            first += _outputs[i].Width;
        }

        var width = _outputs[output].Width;
        for (var score = 0; score < width; score++)
        {
            var column = MemoryMarshal.Cast<byte, T>(_columns[first + score].AsSpan())[start..];
            if (width == 1)
            {
                scores.CopyTo(column);
                return;
            }

            for (int row = 0, at = score; at < scores.Length; row++, at += width)
            {
                column[row] = scores[at];
            }
        }
    }

    /// <summary>Makes the batch; the columns must not be written any more.</summary>
    public RecordBatch ToBatch()
    {
        var arrays = new IArrowArray[_columns.Length];
        for (var i = 0; i < arrays.Length; i++)
        {
            arrays[i] = ArrowArrayFactory.BuildArray(
                new ArrayData(_schema.FieldsList[i].DataType, _rows, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(_columns[i])]));
        }

        return new RecordBatch(_schema, arrays, _rows);
    }

    /// <summary>Finds the first value that is NaN or an infinity.</summary>
    /// <returns>Its position; −1 when there is none.</returns>
    public static int FirstNonFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // x − x is zero exactly for finite x: two additions a value and no branch.
        var sum = T.Zero;
        foreach (var value in values)
        {
            sum += value - value;
        }

        if (sum == T.Zero)
        {
            return -1;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
