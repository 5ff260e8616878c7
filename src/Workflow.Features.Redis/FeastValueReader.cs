using System.Buffers;
using System.Buffers.Binary;
using Apache.Arrow.Types;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Workflow.Features.Redis;

/// <summary>Reads <c>feast.types.Value</c> into a column. Not thread-safe; one per column and read.</summary>
internal sealed class FeastValueReader(IArrowType type, OnlineColumn column, ArrayBufferWriter<byte>? scratch = null)
{
    private const byte Float64Tag = 0x29;
    private readonly FeastType _type = FeastTypes.Of(type)!.Value;
    private readonly IArrowType _itemType = type is ListType list ? list.ValueDataType : type;
    private readonly ArrayBufferWriter<byte> _cell = scratch ?? new();

    /// <summary>Appends a value, or null where it is none of the column's type.</summary>
    /// <returns>Whether it is a value, null or neither.</returns>
    public FeatureStatus Append(ReadOnlySpan<byte> message)
    {
        // Most features are numbers, whose message is a tag and 8 bytes.
        if (_type == FeastType.Float64 && message is [Float64Tag, _, _, _, _, _, _, _, _])
        {
            column.Append(message[1..]);
            return FeatureStatus.Present;
        }

        _cell.ResetWrittenCount();
        var status = message.IsEmpty ? FeatureStatus.NullValue : Read(message);
        if (status == FeatureStatus.Present)
        {
            column.Append(_cell.WrittenSpan);
        }
        else
        {
            column.AppendNull();
        }

        return status;
    }

    private FeatureStatus Read(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        if (!reader.ReadTag(out var field, out var wire))
        {
            return FeatureStatus.Invalid;
        }

        if (field == (int)FeastType.Null)
        {
            return FeatureStatus.NullValue;
        }

        // A timestamp with a fraction is an integer of the column's units.
        var stored = (FeastType)field;
        var isRaw = (_type, stored) is (FeastType.UnixTimestamp, FeastType.Int64) or (FeastType.UnixTimestampList, FeastType.Int64List);
        if (stored != _type && !isRaw)
        {
            return FeatureStatus.Invalid;
        }

        var status = type is ListType ? ReadList(ref reader, wire, isRaw) : ReadScalar(ref reader, wire, isRaw);
        return reader.IsBad || !reader.IsAtEnd ? FeatureStatus.Invalid : status;
    }

    private FeatureStatus ReadList(ref ProtobufReader reader, int wire, bool isRaw)
    {
        if (wire != ProtobufWriter.Length)
        {
            return FeatureStatus.Invalid;
        }

        var items = new ProtobufReader(reader.ReadBytes());
        BinaryPrimitives.WriteInt32LittleEndian(_cell.GetSpan(4), 0);
        _cell.Advance(4);
        var count = 0;
        while (!items.IsAtEnd && items.ReadTag(out var field, out var itemWire))
        {
            if (field != 1)
            {
                return FeatureStatus.Invalid;
            }

            if (itemWire == ProtobufWriter.Length && ItemWire != ProtobufWriter.Length)
            {
                var packed = new ProtobufReader(items.ReadBytes());
                for (; !packed.IsAtEnd; count++)
                {
                    if (!ReadItem(ref packed, ItemWire, isRaw))
                    {
                        return FeatureStatus.Invalid;
                    }
                }

                continue;
            }

            if (!ReadItem(ref items, itemWire, isRaw))
            {
                return FeatureStatus.Invalid;
            }

            count++;
        }

        BinaryPrimitives.WriteInt32LittleEndian(System.Runtime.InteropServices.MemoryMarshal.AsMemory(_cell.WrittenMemory).Span, count);
        return items.IsBad ? FeatureStatus.Invalid : FeatureStatus.Present;
    }

    private int ItemWire => _itemType switch
    {
        DoubleType => ProtobufWriter.Fixed64,
        FloatType => ProtobufWriter.Fixed32,
        StringType or BinaryType or FixedSizeBinaryType => ProtobufWriter.Length,
        _ => ProtobufWriter.Varint,
    };

    private bool ReadItem(ref ProtobufReader reader, int wire, bool isRaw)
    {
        _cell.GetSpan(1)[0] = 1;
        _cell.Advance(1);
        if (_itemType is StringType or BinaryType)
        {
            if (wire != ProtobufWriter.Length)
            {
                return false;
            }

            var bytes = reader.ReadBytes();
            BinaryPrimitives.WriteInt32LittleEndian(_cell.GetSpan(4), bytes.Length);
            _cell.Advance(4);
            _cell.Write(bytes);
            return !reader.IsBad;
        }

        return ReadScalar(ref reader, wire, isRaw) == FeatureStatus.Present && !reader.IsBad;
    }

    private FeatureStatus ReadScalar(ref ProtobufReader reader, int wire, bool isRaw)
    {
        if (wire != ItemWire)
        {
            return FeatureStatus.Invalid;
        }

        switch (_itemType)
        {
            case DoubleType:
                ProtobufWriter.WriteFixed64(reader.ReadFixed64(), _cell);
                return FeatureStatus.Present;
            case FloatType:
                ProtobufWriter.WriteFixed32(reader.ReadFixed32(), _cell);
                return FeatureStatus.Present;
            case StringType or BinaryType or FixedSizeBinaryType:
                var bytes = reader.ReadBytes();
                _cell.Write(bytes);
                return _itemType is FixedSizeBinaryType f && bytes.Length != f.ByteWidth ? FeatureStatus.Invalid : FeatureStatus.Present;
            case TimestampType when !isRaw:
                return Seconds((long)reader.ReadVarint());
            default:
                return Integer((long)reader.ReadVarint());
        }
    }

    // What pandas makes of a missing time is the smallest integer, and Feast stores it as a time.
    private FeatureStatus Seconds(long seconds)
    {
        if (seconds == long.MinValue)
        {
            return FeatureStatus.NullValue;
        }

        var units = FeastTypes.UnitsPerSecond(_itemType);
        if (seconds > long.MaxValue / units || seconds < long.MinValue / units)
        {
            return FeatureStatus.Invalid;
        }

        ProtobufWriter.WriteFixed64(seconds * units, _cell);
        return FeatureStatus.Present;
    }

    private FeatureStatus Integer(long value)
    {
        var (low, high, width) = _itemType switch
        {
            BooleanType => (0L, 1L, 1),
            Int8Type => (sbyte.MinValue, sbyte.MaxValue, 1),
            UInt8Type => (0, byte.MaxValue, 1),
            Int16Type => (short.MinValue, short.MaxValue, 2),
            UInt16Type => (0, ushort.MaxValue, 2),
            Int32Type or Date32Type => (int.MinValue, int.MaxValue, 4),
            UInt32Type => (0, uint.MaxValue, 4),
            _ => (long.MinValue, long.MaxValue, 8),
        };
        if (value < low || value > high)
        {
            return FeatureStatus.Invalid;
        }

        BinaryPrimitives.WriteInt64LittleEndian(_cell.GetSpan(8), value);
        _cell.Advance(width);
        return FeatureStatus.Present;
    }
}
