using System.Runtime.InteropServices;
using System.Text.Unicode;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables.Parquet;

namespace Workflow.Data.Tables.Ipc;

/// <summary>Checks that an array from a foreign file has the bytes that its length, offsets and indices claim.</summary>
internal static class ArrayValidator
{
    /// <returns>Whether columns of this type can be checked, and so be read. A row must take room: else a short file could claim any number of rows.</returns>
    public static bool Knows(IArrowType type) => type switch
    {
        DictionaryType d => d.ValueType is StringType && TakesRoom(d.IndexType),
        BinaryType or StringType => true,
        FixedSizeListType l => l.ListSize > 0 && TakesRoom(l.ValueDataType),
        ListType l => TakesRoom(l.ValueDataType),
        _ => TakesRoom(type),
    };

    public static void Check(ArrayData data, int rows)
    {
        Require(data.Length == rows, $"{rows} rows in every column", $"{data.Length}");
        Require(data.Offset == 0 && data.NullCount <= data.Length, $"at most {data.Length} nulls", $"{data.NullCount}");
        Require(data.NullCount == 0 || data.Buffers[0].Length >= Bytes(data.Length), $"{Bytes(data.Length)} bytes of validity", $"{(data.Buffers.Length == 0 ? 0 : data.Buffers[0].Length)}");
        switch (data.DataType)
        {
            case BinaryType or StringType:
                CheckOffsets(data);
                break;
            case DictionaryType:
                CheckWidth(data, ((FixedWidthType)((DictionaryType)data.DataType).IndexType).BitWidth);
                Check(data.Dictionary ?? throw new MalformedException("a dictionary before its use", "none"), data.Dictionary.Length);
                CheckIndices(data);
                break;
            case FixedSizeListType list:
                Check(data.Children[0], checked(data.Length * list.ListSize));
                break;
            case ListType:
                CheckList(data);
                break;
            case FixedWidthType fixedWidth:
                CheckWidth(data, fixedWidth.BitWidth);
                break;
            default:
                throw new MalformedException("a column that can be checked", data.DataType.Name);
        }
    }

    private static bool TakesRoom(IArrowType type) => type is FixedWidthType { BitWidth: > 0 };

    private static long Bytes(long bits) => (bits + 7) / 8;

    private static void Require(bool isTrue, string expected, string actual)
    {
        if (!isTrue)
        {
            throw new MalformedException(expected, actual);
        }
    }

    private static void CheckWidth(ArrayData data, int bits) =>
        Require(data.Buffers[1].Length >= Bytes((long)data.Length * bits), $"{Bytes((long)data.Length * bits)} bytes of values", $"{data.Buffers[1].Length}");

    private static void CheckOffsets(ArrayData data)
    {
        if (data.Length == 0)
        {
            return;
        }

        var bytes = data.Buffers[2].Span;
        var offsets = Ascending(data, bytes.Length, "bytes of text");
        if (data.DataType is StringType && !System.Text.Ascii.IsValid(bytes[offsets[0]..offsets[^1]]))
        {
            for (var i = 0; i < data.Length; i++)
            {
                Require(Utf8.IsValid(bytes[offsets[i]..offsets[i + 1]]), "text in UTF-8", "other bytes");
            }
        }
    }

    private static void CheckList(ArrayData data)
    {
        var items = data.Children[0];
        Require(items.Length >= 0, "a length of 0 or more", $"{items.Length}");
        Check(items, items.Length);
        if (data.Length > 0)
        {
            Ascending(data, items.Length, "items");
        }
    }

    private static ReadOnlySpan<int> Ascending(ArrayData data, int end, string what)
    {
        var offsets = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span);
        Require(offsets.Length > data.Length, $"{data.Length + 1L} offsets", $"{offsets.Length}");
        offsets = offsets[..(data.Length + 1)];
        var last = 0;
        foreach (var offset in offsets)
        {
            Require(offset >= last, $"an offset of at least {last}", $"{offset}");
            last = offset;
        }

        Require(last <= end, $"{last} {what}", $"{end}");
        return offsets;
    }

    private static void CheckIndices(ArrayData data)
    {
        var array = (DictionaryArray)ArrowArrayFactory.BuildArray(data);
        for (var i = 0; i < array.Length; i++)
        {
            if (!array.IsNull(i))
            {
                var index = DictionaryIndex.Get(array, i);
                Require((uint)index < (uint)array.Dictionary.Length, $"indices into a dictionary of {array.Dictionary.Length} values", $"{index}");
            }
        }
    }
}
