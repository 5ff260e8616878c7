using System.Text;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Reads Thrift's compact protocol, in which Parquet writes its footer and page headers.</summary>
/// <remarks>Every length and count is checked against the bytes that are left before anything is allocated.</remarks>
internal ref struct CompactReader(ReadOnlySpan<byte> data)
{
    public const int Stop = 0, True = 1, False = 2, Byte = 3, I16 = 4, I32 = 5, I64 = 6, Double = 7, Binary = 8, List = 9, Set = 10, Map = 11, Struct = 12;
    private const int MaximumDepth = 32;
    private readonly ReadOnlySpan<byte> _data = data;

    public int Position { get; private set; }

    /// <summary>Reads the next field's header of the struct being read.</summary>
    /// <param name="id">The previous field's id (0 at the start of a struct); becomes this field's.</param>
    /// <returns>The field's type, or <see cref="Stop"/>.</returns>
    public int ReadField(ref int id)
    {
        var header = ReadByte();
        var type = header & 15;
        if (type == Stop)
        {
            return Stop;
        }

        var delta = header >> 4;
        id = delta != 0 ? id + delta : (short)ReadI32();
        return type;
    }

    public byte ReadByte() => Position < _data.Length ? _data[Position++] : throw OutOfBytes();

    public int ReadI32() => unchecked((int)ReadI64());

    public long ReadI64()
    {
        var raw = ReadVarint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    /// <summary>Reads the value of a boolean field, which the compact protocol keeps in the field's type.</summary>
    public static bool ReadBoolean(int type) => type switch
    {
        True => true,
        False => false,
        _ => throw new MalformedException("a boolean", $"Thrift type {type}"),
    };

    public ReadOnlySpan<byte> ReadBinary()
    {
        var length = ReadVarint();
        if (length > (ulong)(_data.Length - Position))
        {
            throw new MalformedException($"at most {_data.Length - Position} bytes of text", $"a length of {length}");
        }

        var bytes = _data.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadBinary());

    /// <summary>Reads a list's header.</summary>
    /// <param name="elementType">The type of its elements.</param>
    /// <returns>How many elements follow: never more than bytes are left.</returns>
    public int ReadList(out int elementType)
    {
        var header = ReadByte();
        elementType = header & 15;
        var count = header >> 4 == 15 ? ReadVarint() : (ulong)(header >> 4);
        if (count > (ulong)(_data.Length - Position))
        {
            throw new MalformedException($"at most {_data.Length - Position} list elements in as many bytes", $"{count}");
        }

        return (int)count;
    }

    public int ReadList(int expectedType)
    {
        var count = ReadList(out var type);
        return type == expectedType || count == 0 ? count : throw new MalformedException($"a list of Thrift type {expectedType}", $"type {type}");
    }

    /// <summary>Demands the type of the field just read.</summary>
    public static void Expect(int type, int expected, string field)
    {
        if (type != expected)
        {
            throw new MalformedException($"{field} as Thrift type {expected}", $"type {type}");
        }
    }

    public void Skip(int type) => Skip(type, 0);

    private void Skip(int type, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new MalformedException($"at most {MaximumDepth} nested values", "more");
        }

        switch (type)
        {
            case True or False:
                break;
            case Byte:
                ReadByte();
                break;
            case I16 or I32 or I64:
                ReadVarint();
                break;
            case Double:
                Advance(sizeof(double));
                break;
            case Binary:
                ReadBinary();
                break;
            case List or Set:
                SkipList(depth);
                break;
            case Map:
                SkipMap(depth);
                break;
            case Struct:
                for (var id = 0; ReadField(ref id) is var field and not Stop;)
                {
                    Skip(field, depth + 1);
                }

                break;
            default:
                throw new MalformedException("a Thrift type from 1 to 12", $"{type}");
        }
    }

    private void SkipList(int depth)
    {
        var count = ReadList(out var type);
        for (var i = 0; i < count; i++)
        {
            SkipElement(type, depth);
        }
    }

    private void SkipMap(int depth)
    {
        var count = ReadVarint();
        if (count == 0)
        {
            return;
        }

        if (count > (ulong)(_data.Length - Position))
        {
            throw new MalformedException($"at most {_data.Length - Position} map entries in as many bytes", $"{count}");
        }

        var types = ReadByte();
        for (var i = 0UL; i < count; i++)
        {
            SkipElement(types >> 4, depth);
            SkipElement(types & 15, depth);
        }
    }

    // A boolean has a byte of its own inside a list or map, and none as a field.
    private void SkipElement(int type, int depth)
    {
        if (type is True or False)
        {
            ReadByte();
        }
        else
        {
            Skip(type, depth + 1);
        }
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }

        throw new MalformedException("a variable-length integer of at most 10 bytes", "a longer one");
    }

    private void Advance(int bytes)
    {
        if (bytes > _data.Length - Position)
        {
            throw OutOfBytes();
        }

        Position += bytes;
    }

    private readonly EndOfBytesException OutOfBytes() => new(_data.Length);
}
