using System.Buffers.Binary;
using Workflow.Data.Tables.Parquet;

namespace Workflow.Data.Tables.Ipc;

/// <summary>A table of a FlatBuffers message, read with every position checked.</summary>
internal readonly ref struct FlatTable
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly int _table;
    private readonly int _fields;
    private readonly int _fieldBytes;

    private FlatTable(ReadOnlySpan<byte> data, long table)
    {
        _data = data;
        _table = Check(data, table, sizeof(int));
        _fields = Check(data, _table - (long)BinaryPrimitives.ReadInt32LittleEndian(data[_table..]), 2 * sizeof(ushort));
        _fieldBytes = BinaryPrimitives.ReadUInt16LittleEndian(data[_fields..]);
        Check(data, _fields, _fieldBytes);
    }

    public static FlatTable Root(ReadOnlySpan<byte> data) => new(data, BinaryPrimitives.ReadUInt32LittleEndian(data[Check(data, 0, sizeof(uint))..]));

    public bool Has(int slot) => Position(slot, 0) is not null;

    public byte Byte(int slot) => Position(slot, 1) is { } p ? _data[p] : (byte)0;

    public long Int64(int slot) => Position(slot, sizeof(long)) is { } p ? BinaryPrimitives.ReadInt64LittleEndian(_data[p..]) : 0;

    public FlatTable Table(int slot) => Position(slot, sizeof(uint)) is { } p
        ? new FlatTable(_data, p + (long)BinaryPrimitives.ReadUInt32LittleEndian(_data[p..]))
        : throw new MalformedException("a whole Arrow message", $"one without its field {slot}");

    /// <summary>Gets a vector of structs.</summary>
    public ReadOnlySpan<byte> Vector(int slot, int elementBytes)
    {
        if (Position(slot, sizeof(uint)) is not { } p)
        {
            return [];
        }

        var start = Check(_data, p + (long)BinaryPrimitives.ReadUInt32LittleEndian(_data[p..]), sizeof(uint));
        var count = BinaryPrimitives.ReadUInt32LittleEndian(_data[start..]);
        Check(_data, start + sizeof(uint), (long)count * elementBytes);
        return _data.Slice(start + sizeof(uint), (int)count * elementBytes);
    }

    /// <summary>Gets how many tables a vector holds; every one's offset is within the bytes.</summary>
    public int Count(int slot) => Vector(slot, sizeof(uint)).Length / sizeof(uint);

    /// <summary>Gets a table of a vector.</summary>
    public FlatTable Item(int slot, int index)
    {
        var start = Position(slot, sizeof(uint))!.Value;
        var element = start + (long)BinaryPrimitives.ReadUInt32LittleEndian(_data[start..]) + sizeof(uint) + ((long)index * sizeof(uint));
        return new FlatTable(_data, element + BinaryPrimitives.ReadUInt32LittleEndian(_data[Check(_data, element, sizeof(uint))..]));
    }

    private int? Position(int slot, int bytes)
    {
        var entry = 4 + (2 * slot);
        if (entry + sizeof(ushort) > _fieldBytes)
        {
            return null;
        }

        var offset = BinaryPrimitives.ReadUInt16LittleEndian(_data[(_fields + entry)..]);
        return offset == 0 ? null : Check(_data, _table + (long)offset, bytes);
    }

    private static int Check(ReadOnlySpan<byte> data, long position, long bytes) =>
        position >= 0 && bytes >= 0 && position + bytes <= data.Length
            ? (int)position
            : throw new MalformedException($"positions within the {data.Length} bytes of an Arrow message", $"{bytes} bytes at {position}");
}
