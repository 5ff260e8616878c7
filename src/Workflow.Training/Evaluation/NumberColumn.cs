using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Training.Evaluation;

/// <summary>Reads Arrow columns of numbers and booleans as float64. Nulls become NaN.</summary>
internal static class NumberColumn
{
    public const string Accepted = "a number or bool";

    public static bool CanRead(IArrowType type) => type.TypeId is
        ArrowTypeId.Boolean or ArrowTypeId.Float or ArrowTypeId.Double
        or ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64;

    /// <summary>Reads a column.</summary>
    /// <param name="column">Kept alive by the caller.</param>
    /// <param name="target">As long as the column.</param>
    public static void Read(IArrowArray column, Span<double> target)
    {
        switch (column)
        {
            case DoubleArray a: a.Values.CopyTo(target); break;
            case FloatArray a: Copy(a.Values, target); break;
            case Int8Array a: Copy(a.Values, target); break;
            case Int16Array a: Copy(a.Values, target); break;
            case Int32Array a: Copy(a.Values, target); break;
            case Int64Array a: Copy(a.Values, target); break;
            case UInt8Array a: Copy(a.Values, target); break;
            case UInt16Array a: Copy(a.Values, target); break;
            case UInt32Array a: Copy(a.Values, target); break;
            case UInt64Array a: Copy(a.Values, target); break;
            case BooleanArray a:
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = a.GetValue(i) is true ? 1 : 0;
                }

                break;
            default: throw new NotSupportedException($"A column of type {column.Data.DataType.Name} is no number.");
        }

        if (column.NullCount > 0)
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = column.IsNull(i) ? double.NaN : target[i];
            }
        }
    }

    private static void Copy<T>(ReadOnlySpan<T> values, Span<double> target)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            target[i] = double.CreateTruncating(values[i]);
        }
    }
}
