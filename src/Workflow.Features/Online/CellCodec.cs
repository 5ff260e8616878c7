using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Workflow.Features.Joins;

namespace Workflow.Features.Online;

/// <summary>Single cells of Arrow columns as bytes, and columns of such cells: for the types that <see cref="RowPicker"/> takes.</summary>
internal static class CellCodec
{
    /// <summary>Gives a cell's bytes; null for null. A dictionary is decoded.</summary>
    public static byte[]? Encode(IArrowArray array, int row) => array switch
    {
        _ when array.IsNull(row) => null,
        BooleanArray truths => [truths.GetValue(row) is true ? (byte)1 : (byte)0],
        DictionaryArray encoded => ((BinaryArray)encoded.Dictionary).GetBytes(TextKeyColumn.Index(encoded.Indices, row)).ToArray(),
        ListArray lists => EncodeList(lists, row),
        BinaryArray texts => texts.GetBytes(row).ToArray(),
        _ => Fixed(array, row).ToArray(),
    };

    /// <summary>Gives the bytes of a cell of fixed width that is not null.</summary>
    public static ReadOnlySpan<byte> Fixed(IArrowArray array, int row)
    {
        var width = ((FixedWidthType)array.Data.DataType).BitWidth / 8;
        return array.Data.Buffers[1].Span.Slice((array.Data.Offset + row) * width, width);
    }

    /// <summary>Makes a column of cells.</summary>
    /// <param name="type">The cells' type, no dictionary.</param>
    /// <param name="cells">As <see cref="Encode"/> gives them.</param>
    public static ArrayData Build(IArrowType type, IReadOnlyList<byte[]?> cells)
    {
        var bits = new byte[(cells.Count + 7) / 8];
        var nulls = 0;
        for (var i = 0; i < cells.Count; i++)
        {
            nulls += cells[i] is null ? 1 : 0;
            bits[i >> 3] |= (byte)(cells[i] is null ? 0 : 1 << (i & 7));
        }

        var validity = nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(bits);
        switch (type)
        {
            case BooleanType:
                var truths = new byte[bits.Length];
                for (var i = 0; i < cells.Count; i++)
                {
                    truths[i >> 3] |= (byte)(cells[i] is [1] ? 1 << (i & 7) : 0);
                }

                return new ArrayData(type, cells.Count, nulls, 0, [validity, new ArrowBuffer(truths)]);
            case ListType list:
                var items = new List<byte[]?>();
                var ends = Offsets(cells, cell => DecodeList(cell, items));
                return new ArrayData(type, cells.Count, nulls, 0, [validity, ends], [Build(list.ValueDataType, items)]);
            case StringType or BinaryType:
                return new ArrayData(type, cells.Count, nulls, 0, [validity, Offsets(cells, static cell => cell.Length), Concatenated(cells, 0)]);
            default:
                return new ArrayData(type, cells.Count, nulls, 0, [validity, Concatenated(cells, ((FixedWidthType)type).BitWidth / 8)]);
        }
    }

    private static byte[] EncodeList(ListArray lists, int row)
    {
        var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        for (var i = lists.ValueOffsets[row]; i < lists.ValueOffsets[row] + lists.GetValueLength(row); i++)
        {
            var item = Encode(lists.Values, i);
            BinaryPrimitives.WriteInt32LittleEndian(length, item?.Length ?? -1);
            bytes.Write(length);
            bytes.Write(item);
        }

        return bytes.ToArray();
    }

    private static int DecodeList(ReadOnlySpan<byte> cell, List<byte[]?> items)
    {
        var count = 0;
        for (; cell.Length > 0; count++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(cell);
            items.Add(length < 0 ? null : cell.Slice(sizeof(int), length).ToArray());
            cell = cell[(sizeof(int) + Math.Max(0, length))..];
        }

        return count;
    }

    private static ArrowBuffer Offsets(IReadOnlyList<byte[]?> cells, Func<byte[], int> lengthOf)
    {
        var ends = new int[cells.Count + 1];
        for (var i = 0; i < cells.Count; i++)
        {
            ends[i + 1] = checked(ends[i] + (cells[i] is { } cell ? lengthOf(cell) : 0));
        }

        return new ArrowBuffer(MemoryMarshal.AsBytes(ends.AsSpan()).ToArray());
    }

    private static ArrowBuffer Concatenated(IReadOnlyList<byte[]?> cells, int nullWidth)
    {
        var bytes = new MemoryStream();
        var nothing = new byte[nullWidth];
        foreach (var cell in cells)
        {
            bytes.Write(cell ?? nothing);
        }

        return new ArrowBuffer(bytes.ToArray());
    }
}
