using System.Numerics;
using System.Runtime.InteropServices;
using Workflow.Training.LightGbm.Native;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>The rows that LightGBM finds the bins from, as sparse columns in native memory.</summary>
/// <remarks>The rows are those that LightGBM itself would draw, so that the bins are the same as from a matrix. Not thread-safe.</remarks>
internal sealed unsafe class BinningSample : IDisposable
{
    // LightGBM's kZeroThreshold: what lies within is zero to it and is left out of a sparse column.
    private const double Zero = 1e-35f;

    private readonly int[] _rows;
    private readonly int _columns;
    private readonly int[] _counts;
    private double** _values;
    private int** _indices;
    private int _next;

    private BinningSample(int[] rows, int columns)
    {
        (_rows, _columns, _counts) = (rows, columns, new int[columns]);
        _values = (double**)NativeMemory.AllocZeroed((nuint)columns, (nuint)sizeof(double*));
        _indices = (int**)NativeMemory.AllocZeroed((nuint)columns, (nuint)sizeof(int*));
        for (var c = 0; c < columns; c++)
        {
            _values[c] = (double*)NativeMemory.Alloc((nuint)rows.Length, sizeof(double));
            _indices[c] = (int*)NativeMemory.Alloc((nuint)rows.Length, sizeof(int));
        }
    }

    /// <summary>Draws the rows; they are filled in by <see cref="Add"/>.</summary>
    public static BinningSample Draw(int rows, int columns, string parameters)
    {
        NativeCall.Check(LightGbmApi.GetSampleCount(rows, parameters, out var count), "count the rows to sample");
        var drawn = new int[count];
        fixed (int* indices = drawn)
        {
            NativeCall.Check(LightGbmApi.SampleIndices(rows, parameters, indices, out count), "draw the rows to sample");
        }

        return new BinningSample(count == drawn.Length ? drawn : drawn[..count], columns);
    }

    /// <summary>Takes the drawn ones of the next rows of the table.</summary>
    /// <param name="rowMajor">Packed rows.</param>
    /// <param name="firstRow">The number of the first of them in the table.</param>
    /// <param name="rows">How many there are.</param>
    public void Add<T>(ReadOnlySpan<T> rowMajor, int firstRow, int rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (; _next < _rows.Length && _rows[_next] < firstRow + rows; _next++)
        {
            var row = rowMajor.Slice((_rows[_next] - firstRow) * _columns, _columns);
            for (var c = 0; c < _columns; c++)
            {
                var value = double.CreateTruncating(row[c]);
                if (Math.Abs(value) > Zero || double.IsNaN(value))
                {
                    _values[c][_counts[c]] = value;
                    _indices[c][_counts[c]++] = _next;
                }
            }
        }
    }

    /// <summary>Makes an empty data set with bins for the table. On the training's thread.</summary>
    /// <param name="totalRows">The number of rows that will be pushed.</param>
    /// <param name="parameters">The training's parameters.</param>
    public DatasetHandle CreateDataset(int totalRows, string parameters)
    {
        // LightGBM puts pointers of its own into these arrays, for columns whose most frequent bin is not that of zero (many
        // missing values, for example), and frees them before it returns: it gets copies, ours are what is freed here.
        var (values, indices) = (new nint[_columns], new nint[_columns]);
        for (var c = 0; c < _columns; c++)
        {
            (values[c], indices[c]) = ((nint)_values[c], (nint)_indices[c]);
        }

        fixed (int* counts = _counts)
        fixed (nint* valuePointers = values, indexPointers = indices)
        {
            NativeCall.Check(
                LightGbmApi.DatasetCreateFromSampledColumn((double**)valuePointers, (int**)indexPointers, _columns, counts, _rows.Length, totalRows, totalRows, parameters, out var dataset),
                "find the bins of the training rows");
            return dataset;
        }
    }

    public void Dispose()
    {
        if (_values is null)
        {
            return;
        }

        for (var c = 0; c < _columns; c++)
        {
            NativeMemory.Free(_values[c]);
            NativeMemory.Free(_indices[c]);
        }

        NativeMemory.Free(_values);
        NativeMemory.Free(_indices);
        _values = null;
        _indices = null;
    }
}
