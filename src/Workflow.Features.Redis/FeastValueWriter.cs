using System.Buffers;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Workflow.Features.Online.Stores;

namespace Workflow.Features.Redis;

/// <summary>Writes one value of a column as <c>feast.types.Value</c>. Not thread-safe.</summary>
/// <remarks>
/// Null is no byte at all. NaN is a value. A timestamp with a fraction of a second, for which Feast has no form, is the integer of the
/// column's own units, so that it comes back exactly.
/// </remarks>
internal sealed class FeastValueWriter(string name, IArrowArray array)
{
    private readonly FeastType _type = FeastTypes.Of(array.Data.DataType)!.Value;
    private readonly ArrayBufferWriter<byte> _items = new();

    public void Write(int row, IBufferWriter<byte> to)
    {
        if (array.IsNull(row))
        {
            return;
        }

        if (array is ListArray list)
        {
            WriteList(list, row, to);
            return;
        }

        var type = _type == FeastType.UnixTimestamp && !IsWhole(array, row) ? FeastType.Int64 : _type;
        ProtobufWriter.WriteTag((int)type, Wire(type), to);
        WriteScalar(array, row, type, to);
    }

    private static int Wire(FeastType type) => type switch
    {
        FeastType.Float64 => ProtobufWriter.Fixed64,
        FeastType.Float32 => ProtobufWriter.Fixed32,
        FeastType.Bytes or FeastType.Text => ProtobufWriter.Length,
        _ => ProtobufWriter.Varint,
    };

    private static void WriteScalar(IArrowArray array, int row, FeastType type, IBufferWriter<byte> to)
    {
        switch (type)
        {
            case FeastType.Float64:
                ProtobufWriter.WriteFixed64(BitConverter.DoubleToInt64Bits(((DoubleArray)array).Values[row]), to);
                break;
            case FeastType.Float32:
                ProtobufWriter.WriteFixed32(BitConverter.SingleToInt32Bits(((FloatArray)array).Values[row]), to);
                break;
            case FeastType.Bytes or FeastType.Text:
                ProtobufWriter.WriteBytes(array is FixedSizeBinaryArray fixedSize ? fixedSize.GetBytes(row) : ((BinaryArray)array).GetBytes(row), to);
                break;
            case FeastType.UnixTimestamp:
                ProtobufWriter.WriteVarint((ulong)(((TimestampArray)array).Values[row] / FeastTypes.UnitsPerSecond(array.Data.DataType)), to);
                break;
            default:
                ProtobufWriter.WriteVarint((ulong)Integer(array, row), to);
                break;
        }
    }

    private static bool IsWhole(IArrowArray array, int row) => ((TimestampArray)array).Values[row] % FeastTypes.UnitsPerSecond(array.Data.DataType) == 0;

    private static long Integer(IArrowArray array, int row) => array switch
    {
        Int64Array a => a.Values[row],
        Int32Array a => a.Values[row],
        BooleanArray a => a.GetValue(row) is true ? 1 : 0,
        TimestampArray a => a.Values[row],
        Int16Array a => a.Values[row],
        Int8Array a => a.Values[row],
        UInt32Array a => a.Values[row],
        UInt16Array a => a.Values[row],
        UInt8Array a => a.Values[row],
        Date32Array a => a.Values[row],
        Date64Array a => a.Values[row],
        _ => throw new InvalidOperationException($"Expected an integer column, got {array.Data.DataType.Name}."),
    };

    private void WriteList(ListArray list, int row, IBufferWriter<byte> to)
    {
        var (first, count, values) = (list.ValueOffsets[row], list.GetValueLength(row), list.Values);
        for (var i = first; i < first + count && values.NullCount > 0; i++)
        {
            if (values.IsNull(i))
            {
                throw new OnlineStoreException(OnlineStoreFault.Unsupported, $"Column '{name}' has null inside a list, for which Feast's format has no form. Fill or drop such items in the source, or use the embedded store.");
            }
        }

        var item = _type - FeastTypes.ListOffset;
        if (item == FeastType.UnixTimestamp && Enumerable.Range(first, count).Any(i => !IsWhole(values, i)))
        {
            item = FeastType.Int64;
        }

        _items.ResetWrittenCount();
        for (var i = first; i < first + count; i++)
        {
            if (item is FeastType.Bytes or FeastType.Text)
            {
                ProtobufWriter.WriteTag(1, ProtobufWriter.Length, _items);
            }

            WriteScalar(values, i, item, _items);
        }

        ProtobufWriter.WriteTag((int)(item + FeastTypes.ListOffset), ProtobufWriter.Length, to);
        if (count == 0 || item is FeastType.Bytes or FeastType.Text)
        {
            ProtobufWriter.WriteBytes(_items.WrittenSpan, to);
            return;
        }

        // Numbers are packed: one piece for all of them, in a message of its own.
        var packed = _items.WrittenCount;
        ProtobufWriter.WriteVarint((ulong)(1 + VarintLength(packed) + packed), to);
        ProtobufWriter.WriteTag(1, ProtobufWriter.Length, to);
        ProtobufWriter.WriteBytes(_items.WrittenSpan, to);
    }

    private static int VarintLength(int value)
    {
        var length = 1;
        for (; value >= 0x80; value >>= 7)
        {
            length++;
        }

        return length;
    }
}
