using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Features.Consistency;

/// <summary>Compares and shows single values of columns of any type.</summary>
internal static class Cells
{
    private const int MaxText = 100;

    /// <summary>Says whether two values of columns of one type are the same bits: −0 is not +0, NaN is NaN of the same bits, null is null.</summary>
    public static bool AreEqual(IArrowArray first, int i, IArrowArray second, int j)
    {
        if (first.IsNull(i) || second.IsNull(j))
        {
            return first.IsNull(i) && second.IsNull(j);
        }

        switch (first)
        {
            case BooleanArray flags:
                return flags.GetValue(i) == ((BooleanArray)second).GetValue(j);
            case BinaryArray bytes:
                return bytes.GetBytes(i).SequenceEqual(((BinaryArray)second).GetBytes(j));
            case ListArray list:
                return AreEqual(list, i, (ListArray)second, j);
            default:
                var width = ((FixedWidthType)first.Data.DataType).BitWidth / 8;
                return Fixed(first.Data, i, width).SequenceEqual(Fixed(second.Data, j, width));
        }
    }

    /// <summary>Shows a value: numbers so that they read back as the same bits, texts cut to 100 characters.</summary>
    public static string Text(IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            return "null";
        }

        var text = array switch
        {
            DoubleArray a => a.Values[row].ToString("R", CultureInfo.InvariantCulture),
            FloatArray a => a.Values[row].ToString("R", CultureInfo.InvariantCulture),
            Int64Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
            Int32Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
            Int16Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
            Int8Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
            UInt32Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
            UInt16Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
            UInt8Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
            BooleanArray a => a.GetValue(row) is true ? "true" : "false",
            StringArray a => a.GetString(row),
            TimestampArray a => a.GetTimestamp(row)?.ToString("O", CultureInfo.InvariantCulture) ?? "null",
            BinaryArray a => Convert.ToHexString(a.GetBytes(row)),
            ListArray a => $"[{string.Join(", ", Enumerable.Range(a.ValueOffsets[row], a.GetValueLength(row)).Select(i => Text(a.Values, i)))}]",
            _ => Convert.ToHexString(Fixed(array.Data, row, ((FixedWidthType)array.Data.DataType).BitWidth / 8)),
        };
        return text.Length <= MaxText ? text : string.Concat(text.AsSpan(0, MaxText - 1), "…");
    }

    private static ReadOnlySpan<byte> Fixed(ArrayData data, int row, int width) => data.Buffers[1].Span.Slice((data.Offset + row) * width, width);

    private static bool AreEqual(ListArray first, int i, ListArray second, int j)
    {
        var isEqual = first.GetValueLength(i) == second.GetValueLength(j);
        for (var k = 0; isEqual && k < first.GetValueLength(i); k++)
        {
            isEqual = AreEqual(first.Values, first.ValueOffsets[i] + k, second.Values, second.ValueOffsets[j] + k);
        }

        return isEqual;
    }
}
