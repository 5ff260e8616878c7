using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Numerics.Random;

namespace Workflow.Features.Consistency;

/// <summary>Changes some rows of a column that nobody else holds.</summary>
internal static class ColumnChange
{
    /// <summary>Makes rows null, whatever the type.</summary>
    public static ArrayData Erase(ArrayData data, IArrowArray original, ReadOnlySpan<bool> rows)
    {
        var validity = new byte[(data.Offset + data.Length + 7) / 8];
        for (var row = 0; row < data.Length; row++)
        {
            if (!rows[row] && original.IsValid(row))
            {
                var bit = data.Offset + row;
                validity[bit >> 3] |= (byte)(1 << (bit & 7));
            }
        }

        var buffers = data.Buffers.ToArray();
        buffers[0] = new ArrowBuffer(validity);
        return new ArrayData(data.DataType, data.Length, -1, data.Offset, buffers, data.Children ?? [], data.Dictionary);
    }

    /// <summary>Gives rows of numbers and booleans other values; columns of other types stay.</summary>
    public static ArrayData Alter(ArrayData data, ReadOnlySpan<bool> rows, (long Seed, ulong Batch) draw)
    {
        var bytes = data.Buffers[1].Span.ToArray();
        var random = new Philox(draw.Seed, "altered future", draw.Batch);
        for (var row = 0; row < data.Length; row++)
        {
            if (rows[row])
            {
                Alter(data.DataType, bytes, data.Offset + row, random.NextInt32(2001) - 1000);
            }
        }

        var buffers = data.Buffers.ToArray();
        buffers[1] = new ArrowBuffer(bytes);
        return new ArrayData(data.DataType, data.Length, -1, data.Offset, buffers, data.Children ?? [], data.Dictionary);
    }

    private static void Alter(IArrowType type, Span<byte> bytes, int row, int value)
    {
        switch (type.TypeId)
        {
            case ArrowTypeId.Int64 or ArrowTypeId.Timestamp:
                MemoryMarshal.Cast<byte, long>(bytes)[row] = value;
                break;
            case ArrowTypeId.Int32:
                MemoryMarshal.Cast<byte, int>(bytes)[row] = value;
                break;
            case ArrowTypeId.Double:
                MemoryMarshal.Cast<byte, double>(bytes)[row] = value / 8.0;
                break;
            case ArrowTypeId.Float:
                MemoryMarshal.Cast<byte, float>(bytes)[row] = value / 8f;
                break;
            case ArrowTypeId.Boolean:
                bytes[row >> 3] ^= (byte)(1 << (row & 7));
                break;
            default:
                break;
        }
    }
}
