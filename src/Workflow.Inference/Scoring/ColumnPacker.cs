using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Inference.Scoring;

/// <summary>Writes Arrow columns into a row-major float32 tile.</summary>
internal static class ColumnPacker
{
    /// <summary>Tells whether columns of a type can become features.</summary>
    public static bool CanPack(IArrowType type) => type.TypeId is ArrowTypeId.Float or ArrowTypeId.Double or ArrowTypeId.HalfFloat or ArrowTypeId.Boolean
        or ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64;

    /// <summary>Writes <paramref name="rows"/> values of a column into every <paramref name="stride"/>-th element of a tile.</summary>
    /// <param name="column">A column of a type that <see cref="CanPack"/>; a null becomes NaN.</param>
    /// <param name="start">The first row to write.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="tile">Begins at the column's place in the first row.</param>
    /// <param name="stride">The features of a row.</param>
    public static void Pack(IArrowArray column, int start, int rows, Span<float> tile, int stride)
    {
        switch (column)
        {
            case FloatArray a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case DoubleArray a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case HalfFloatArray a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case Int8Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case Int16Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case Int32Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case Int64Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case UInt8Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case UInt16Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case UInt32Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case UInt64Array a: Copy(a.Values.Slice(start, rows), tile, stride); break;
            case BooleanArray a:
                for (var i = 0; i < rows; i++)
                {
                    tile[i * stride] = a.GetValue(start + i) is true ? 1 : 0;
                }

                break;
            default:
                throw new ArgumentException($"A column of {column.Data.DataType.Name} cannot become a feature.", nameof(column));
        }

        if (column.NullCount > 0)
        {
            for (var i = 0; i < rows; i++)
            {
                if (column.IsNull(start + i))
                {
                    tile[i * stride] = float.NaN;
                }
            }
        }
    }

    private static void Copy<T>(ReadOnlySpan<T> values, Span<float> tile, int stride)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0, at = 0; i < values.Length; i++, at += stride)
        {
            // Rounds to the nearest float32, as a cast does.
            tile[at] = float.CreateTruncating(values[i]);
        }
    }
}
