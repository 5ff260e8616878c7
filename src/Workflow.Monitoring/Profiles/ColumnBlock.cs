using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Monitoring.Profiles;

/// <summary>Reads a block of a column of any numeric type as one type. The caller keeps the batch alive.</summary>
internal static class ColumnBlock
{
    /// <summary>The rows that are converted at a time: 32 KiB of numbers, which stay in the first-level cache.</summary>
    public const int Rows = 4096;

    /// <summary>Says whether a type holds whole numbers or moments, which <see cref="AsInt64"/> reads.</summary>
    public static bool IsInteger(ArrowTypeId type) => type is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64 or ArrowTypeId.Timestamp;

    /// <summary>Says whether a type holds fractions, which <see cref="AsDouble"/> reads.</summary>
    public static bool IsReal(ArrowTypeId type) => type is ArrowTypeId.Float or ArrowTypeId.Double;

    /// <summary>Gives a block of whole numbers; slots of nulls hold anything. Unsigned 64-bit values beyond the range become its end.</summary>
    /// <param name="array">A column for whose type <see cref="IsInteger"/> holds.</param>
    /// <param name="start">The first row.</param>
    /// <param name="scratch">As long as the block; used where a conversion is needed.</param>
    public static ReadOnlySpan<long> AsInt64(IArrowArray array, int start, Span<long> scratch)
    {
        switch (array)
        {
            case Int64Array values:
                return values.Values.Slice(start, scratch.Length);
            case TimestampArray values:
                return values.Values.Slice(start, scratch.Length);
            case Int32Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case Int16Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case Int8Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case UInt64Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case UInt32Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case UInt16Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case UInt8Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            default:
                throw new ArgumentException($"A column of {array.Data.DataType.Name} holds no whole numbers.", nameof(array));
        }
    }

    /// <summary>Gives a block of numbers as float64; slots of nulls hold anything. Whole numbers beyond 2⁵³ are rounded, truth values become 0 and 1.</summary>
    /// <param name="array">A column of whole numbers, fractions or truth values.</param>
    /// <param name="start">The first row.</param>
    /// <param name="scratch">As long as the block; used where a conversion is needed.</param>
    public static ReadOnlySpan<double> AsDouble(IArrowArray array, int start, Span<double> scratch)
    {
        switch (array)
        {
            case DoubleArray values:
                return values.Values.Slice(start, scratch.Length);
            case FloatArray values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case BooleanArray values:
                for (var i = 0; i < scratch.Length; i++)
                {
                    scratch[i] = BitUtility.GetBit(values.Values, values.Offset + start + i) ? 1 : 0;
                }

                return scratch;
            case Int64Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            case Int32Array values:
                Convert(values.Values.Slice(start, scratch.Length), scratch);
                return scratch;
            default:
                Span<long> whole = stackalloc long[scratch.Length];
                Convert(AsInt64(array, start, whole), scratch);
                return scratch;
        }
    }

    /// <summary>Gives the validity bitmap, or an empty span where no value is null.</summary>
    public static ReadOnlySpan<byte> Validity(IArrowArray array) => array.NullCount == 0 ? default : array.Data.Buffers[0].Span;

    /// <summary>Says whether a row is null, given <see cref="Validity"/>.</summary>
    public static bool IsNull(ReadOnlySpan<byte> validity, int position) => !validity.IsEmpty && !BitUtility.GetBit(validity, position);

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to)
        where TFrom : struct, System.Numerics.INumber<TFrom>
        where TTo : struct, System.Numerics.INumber<TTo>
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = TTo.CreateSaturating(from[i]);
        }
    }
}
