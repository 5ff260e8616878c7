using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables;

/// <summary>Packs the columns of a batch into one row-major matrix of floats, which ONNX Runtime and Torch take without a copy.</summary>
/// <remarks>
/// Safe for concurrent use. Accepts booleans (0 and 1), integers and floats of any width. A null becomes <see cref="float.NaN"/>.
/// A float has 24 significant bits: integers beyond ±16,777,216 and doubles are rounded to the nearest float, and doubles beyond
/// its range become infinite.
/// </remarks>
public static class MatrixPacking
{
    /// <summary>How many bytes of the matrix are written by turns: what the first-level cache holds beside the columns.</summary>
    internal const int TileBytes = 1 << 14;

    private const string Numbers = "booleans, integers or floats";

    /// <summary>Packs columns into a matrix of shape <c>[batch.Length, columns.Count]</c>.</summary>
    /// <param name="batch">Borrowed.</param>
    /// <param name="columns">The columns of the matrix, in order. At least one.</param>
    /// <param name="allocator">Where the matrix lives; null for Arrow's native allocator.</param>
    /// <returns>A <c>fixed_size_list&lt;float&gt;[columns.Count]</c> without nulls, which the caller disposes.</returns>
    /// <exception cref="SchemaMismatchException">Columns are missing or hold no numbers; all are listed.</exception>
    /// <exception cref="ArgumentException">The matrix would have 2 GiB or more.</exception>
    public static FixedSizeListArray Pack(RecordBatch batch, IReadOnlyList<string> columns, MemoryAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
        {
            throw new ArgumentException("A matrix has at least one column.", nameof(columns));
        }

        var arrays = Resolve(batch, columns);
        var bytes = (long)batch.Length * columns.Count * sizeof(float);
        if (bytes > int.MaxValue)
        {
            throw new ArgumentException($"A matrix has less than 2 GiB; {batch.Length} rows of {columns.Count} columns are {bytes} bytes. Use smaller batches.", nameof(batch));
        }

        var buffer = ArrowMemory.Allocate(allocator, (int)bytes);
        Fill(arrays, batch.Length, ArrowMemory.Write<float>(buffer));
        GC.KeepAlive(batch);

        var element = new Field("item", FloatType.Default, nullable: false);
        var values = new ArrayData(FloatType.Default, batch.Length * columns.Count, 0, 0, [ArrowBuffer.Empty, buffer]);
        return new FixedSizeListArray(new ArrayData(new FixedSizeListType(element, columns.Count), batch.Length, 0, 0, [ArrowBuffer.Empty], [values]));
    }

    /// <summary>Gets a packed matrix as numbers, row after row.</summary>
    /// <param name="matrix">A column from <see cref="Pack"/>, or any <c>fixed_size_list&lt;float&gt;</c>. Must outlive the span.</param>
    /// <returns>Shape <c>[matrix.Length, width]</c>. What stands where the matrix has nulls is undefined.</returns>
    public static ReadOnlySpan<float> AsSpan(FixedSizeListArray matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var width = ((FixedSizeListType)matrix.Data.DataType).ListSize;
        return matrix.Values is FloatArray floats
            ? floats.Values.Slice(matrix.Offset * width, matrix.Length * width)
            : throw new ArgumentException($"Expected fixed_size_list<float>, got {TableSchema.Describe(matrix.Data.DataType)}.", nameof(matrix));
    }

    /// <summary>Fills a row-major matrix tile by tile, so that a tile's lines stay in the cache until all columns have written them.</summary>
    internal static void Fill(ReadOnlySpan<IArrowArray> columns, int rows, Span<float> matrix)
    {
        var tile = Math.Max(16, TileBytes / (columns.Length * sizeof(float)));
        for (var start = 0; start < rows; start += tile)
        {
            var count = Math.Min(tile, rows - start);
            for (var column = 0; column < columns.Length; column++)
            {
                Fill(columns[column], start, matrix.Slice(start * columns.Length, count * columns.Length)[column..], columns.Length);
            }
        }
    }

    /// <summary>Writes some rows of one column with a stride.</summary>
    private static void Fill(IArrowArray column, int start, Span<float> target, int stride)
    {
        var data = column.Data;
        var first = data.Offset + start;
        switch (column)
        {
            case BooleanArray:
                MatrixKernels.ScatterBits(data.Buffers[1].Span, first, target, stride);
                break;
            case FloatArray:
                Scatter<float>(data, first, target, stride);
                break;
            case DoubleArray:
                Scatter<double>(data, first, target, stride);
                break;
            case HalfFloatArray:
                Scatter<Half>(data, first, target, stride);
                break;
            case Int64Array:
                Scatter<long>(data, first, target, stride);
                break;
            case Int32Array:
                Scatter<int>(data, first, target, stride);
                break;
            case Int16Array:
                Scatter<short>(data, first, target, stride);
                break;
            case Int8Array:
                Scatter<sbyte>(data, first, target, stride);
                break;
            case UInt64Array:
                Scatter<ulong>(data, first, target, stride);
                break;
            case UInt32Array:
                Scatter<uint>(data, first, target, stride);
                break;
            case UInt16Array:
                Scatter<ushort>(data, first, target, stride);
                break;
            default:
                Scatter<byte>(data, first, target, stride);
                break;
        }

        if (column.NullCount > 0)
        {
            MatrixKernels.ScatterNulls(data.Buffers[0].Span, first, target, stride);
        }
    }

    private static void Scatter<T>(ArrayData data, int first, Span<float> target, int stride)
        where T : unmanaged, INumberBase<T> =>
        MatrixKernels.Scatter(MemoryMarshal.Cast<byte, T>(data.Buffers[1].Span)[first..], target, stride);

    /// <summary>Checks that columns are there and hold numbers.</summary>
    /// <exception cref="SchemaMismatchException">Some do not; all are listed.</exception>
    internal static void Check(Schema schema, IReadOnlyList<string> columns)
    {
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        foreach (var column in columns)
        {
            var index = schema.GetFieldIndex(column);
            var type = index < 0 ? null : schema.FieldsList[index].DataType;
            if (type is not (BooleanType or FloatType or DoubleType or HalfFloatType
                or Int64Type or Int32Type or Int16Type or Int8Type or UInt64Type or UInt32Type or UInt16Type or UInt8Type))
            {
                differences.Add(new SchemaDifference(column, Numbers, type is null ? null : TableSchema.Describe(type)));
            }
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException("a matrix of floats", differences.ToImmutable());
        }
    }

    private static IArrowArray[] Resolve(RecordBatch batch, IReadOnlyList<string> columns)
    {
        Check(batch.Schema, columns);
        return [.. columns.Select(batch.Column)];
    }
}
