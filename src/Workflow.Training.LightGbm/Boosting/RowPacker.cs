using System.Numerics;
using Apache.Arrow;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>Copies Arrow columns into a row-major matrix. Nulls become NaN.</summary>
internal static class RowPacker
{
    // A tile of the target stays in the first cache while all columns write to it.
    private const int TileRows = 256;

    /// <summary>Packs some rows of the columns.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="columns">Columns of accepted types; borrowed, and kept alive by the caller.</param>
    /// <param name="firstRow">The first row to pack.</param>
    /// <param name="rows">How many rows to pack.</param>
    /// <param name="target">Shape [rows, columns.Count], row-major; only its first rows × columns numbers are written.</param>
    public static void Pack<T>(IReadOnlyList<IArrowArray> columns, int firstRow, int rows, Span<T> target)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var start = 0; start < rows; start += TileRows)
        {
            var count = Math.Min(TileRows, rows - start);
            var tile = target.Slice(start * columns.Count, count * columns.Count);
            for (var c = 0; c < columns.Count; c++)
            {
                PackColumn(columns[c], firstRow + start, count, tile[c..], columns.Count);
            }
        }
    }

    private static void PackColumn<T>(IArrowArray column, int first, int count, Span<T> target, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (column)
        {
            case FloatArray a: Copy(a.Values.Slice(first, count), target, stride); break;
            case DoubleArray a: Copy(a.Values.Slice(first, count), target, stride); break;
            case Int8Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case Int16Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case Int32Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case Int64Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case UInt8Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case UInt16Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case UInt32Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case UInt64Array a: Copy(a.Values.Slice(first, count), target, stride); break;
            case BooleanArray a:
                for (var i = 0; i < count; i++)
                {
                    target[i * stride] = a.GetValue(first + i) is true ? T.One : T.Zero;
                }

                break;
            default: throw new NotSupportedException($"A column of type {column.Data.DataType.Name} is no number.");
        }

        if (column.NullCount > 0)
        {
            for (var i = 0; i < count; i++)
            {
                if (column.IsNull(first + i))
                {
                    target[i * stride] = T.NaN;
                }
            }
        }
    }

    private static void Copy<TIn, T>(ReadOnlySpan<TIn> values, Span<T> target, int stride)
        where TIn : unmanaged, INumberBase<TIn>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, at = 0; i < values.Length; i++, at += stride)
        {
            target[at] = T.CreateTruncating(values[i]);
        }
    }
}
