using System.Buffers;
using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Arrays;

namespace Workflow.Features.Online.Stores;

/// <summary>Writes one value of an Arrow array as the bytes of a cell.</summary>
/// <remarks>Fixed width: the value, little-endian. Text and bytes: themselves. A list: the count, then for each item a byte that says whether it is there, its length where lengths differ, and its cell.</remarks>
internal static class CellWriter
{
    public static void Write(IArrowArray array, int row, ArrayBufferWriter<byte> to)
    {
        switch (array)
        {
            case ListArray list:
                WriteList(list, row, to);
                break;
            case FixedSizeBinaryArray:
                WriteFixed(array, row, to.GetSpan(CellType.Width(array.Data.DataType)));
                to.Advance(CellType.Width(array.Data.DataType));
                break;
            case BinaryArray texts:
                to.Write(texts.GetBytes(row));
                break;
            default:
                WriteFixed(array, row, to.GetSpan(CellType.Width(array.Data.DataType)));
                to.Advance(CellType.Width(array.Data.DataType));
                break;
        }
    }

    /// <summary>Writes a value of fixed width.</summary>
    public static void WriteFixed(IArrowArray array, int row, Span<byte> to)
    {
        if (array is BooleanArray flags)
        {
            to[0] = flags.GetValue(row) is true ? (byte)1 : (byte)0;
            return;
        }

        var width = CellType.Width(array.Data.DataType);
        array.Data.Buffers[1].Span.Slice((array.Data.Offset + row) * width, width).CopyTo(to);
    }

    private static void WriteList(ListArray list, int row, ArrayBufferWriter<byte> to)
    {
        var (first, count) = (list.ValueOffsets[row], list.GetValueLength(row));
        WriteLength(count, to);
        var isVariable = CellType.Width(list.Values.Data.DataType) == CellType.Variable;
        var item = isVariable ? new ArrayBufferWriter<byte>() : to;
        for (var i = first; i < first + count; i++)
        {
            to.GetSpan(1)[0] = list.Values.IsValid(i) ? (byte)1 : (byte)0;
            to.Advance(1);
            if (list.Values.IsNull(i))
            {
                continue;
            }

            item = isVariable ? new ArrayBufferWriter<byte>() : to;
            Write(list.Values, i, item);
            if (isVariable)
            {
                WriteLength(item.WrittenCount, to);
                to.Write(item.WrittenSpan);
            }
        }
    }

    private static void WriteLength(int length, ArrayBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), length);
        to.Advance(4);
    }
}
