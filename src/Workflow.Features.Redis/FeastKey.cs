using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Workflow.Features.Views;

namespace Workflow.Features.Redis;

/// <summary>Writes the keys of one entity as Feast does. Not thread-safe.</summary>
/// <remarks>
/// Form 3: the number of join keys; for each in the order of its name's UTF-8 bytes the code of text, the name's length and the name;
/// then for each in that order the code of its type, the length and the bytes of its value. Form 2 lacks the number and the names' lengths.
/// All numbers are 32-bit little-endian. The project's name follows.
/// </remarks>
internal sealed class FeastKey
{
    /// <summary>The join key that Feast gives to views without entities; its value is the empty text.</summary>
    public const string NoKey = "__dummy_id";

    public const uint Bytes = 1;
    public const uint Text = 2;
    public const uint Int32 = 3;
    public const uint Int64 = 4;
    public const uint UnixTimestamp = 8;

    private readonly ImmutableArray<EntityKey> _keys;
    private readonly byte[] _project;
    private readonly byte[] _head;
    private readonly ArrayBufferWriter<byte> _buffer = new(128);

    public FeastKey(Entity entity, string project, int version = 3)
    {
        _keys = Sort(entity.Keys, static k => k.Name);
        _project = Encoding.UTF8.GetBytes(project);
        WriteNames(_keys.IsEmpty ? [NoKey] : [.. _keys.Select(static k => k.Name)], version, _buffer);
        if (_keys.IsEmpty)
        {
            WriteValue(Text, [], _buffer);
        }

        _head = _buffer.WrittenSpan.ToArray();
    }

    /// <summary>Gives what decides which entities share their hashes.</summary>
    public static string Signature(Entity entity) => string.Join(',', Sort(entity.Keys, static k => k.Name).Select(static k => $"{k.Name}:{k.Type}"));

    /// <summary>Sorts by the bytes of names: by code point, which is not the order of UTF-16.</summary>
    public static ImmutableArray<T> Sort<T>(IEnumerable<T> keys, Func<T, string> name) =>
        [.. keys.OrderBy(k => Encoding.UTF8.GetBytes(name(k)), Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)))];

    public static void WriteNames(IReadOnlyList<string> sorted, int version, IBufferWriter<byte> to)
    {
        if (version >= 3)
        {
            WriteNumber((uint)sorted.Count, to);
        }

        foreach (var name in sorted)
        {
            var text = Encoding.UTF8.GetBytes(name);
            WriteNumber(Text, to);
            if (version >= 3)
            {
                WriteNumber((uint)text.Length, to);
            }

            to.Write(text);
        }
    }

    public static void WriteValue(uint type, ReadOnlySpan<byte> value, IBufferWriter<byte> to)
    {
        WriteNumber(type, to);
        WriteNumber((uint)value.Length, to);
        to.Write(value);
    }

    /// <summary>Gives the key of a row; null where a part of it is null.</summary>
    public byte[]? Of(RecordBatch batch, int row)
    {
        _buffer.ResetWrittenCount();
        _buffer.Write(_head);
        foreach (var key in _keys)
        {
            if (!TryWrite(batch.Column(key.Name), row, key.Type))
            {
                return null;
            }
        }

        _buffer.Write(_project);
        return _buffer.WrittenSpan.ToArray();
    }

    private bool TryWrite(IArrowArray column, int row, EntityKeyType type)
    {
        if (column.IsNull(row))
        {
            return false;
        }

        Span<byte> number = stackalloc byte[8];
        switch (column)
        {
            case Int64Array a:
                BinaryPrimitives.WriteInt64LittleEndian(number, a.Values[row]);
                WriteValue(Int64, number, _buffer);
                return true;
            case Int32Array a when type == EntityKeyType.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(number, a.Values[row]);
                WriteValue(Int64, number, _buffer);
                return true;
            case Int32Array a:
                BinaryPrimitives.WriteInt32LittleEndian(number, a.Values[row]);
                WriteValue(Int32, number[..4], _buffer);
                return true;
            case FixedSizeBinaryArray a:
                // Feast has no key of this type: its text, as Python writes a UUID.
                WriteValue(Text, Encoding.ASCII.GetBytes(new Guid(a.GetBytes(row), bigEndian: true).ToString("D")), _buffer);
                return true;
            case DictionaryArray a:
                return TryWrite(a.Dictionary, Index(a.Indices, row), type);
            default:
                WriteValue(type == EntityKeyType.Bytes ? Bytes : Text, ((BinaryArray)column).GetBytes(row), _buffer);
                return true;
        }
    }

    private static int Index(IArrowArray indices, int row) => indices switch
    {
        Int32Array a => a.Values[row],
        Int8Array a => a.Values[row],
        UInt8Array a => a.Values[row],
        Int16Array a => a.Values[row],
        UInt16Array a => a.Values[row],
        UInt32Array a => checked((int)a.Values[row]),
        Int64Array a => checked((int)a.Values[row]),
        _ => throw new InvalidDataException($"Expected dictionary indices of 8 to 64 bits, got {indices.Data.DataType.Name}."),
    };

    private static void WriteNumber(uint value, IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), value);
        to.Advance(4);
    }
}
