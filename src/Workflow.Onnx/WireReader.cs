using System.Buffers.Binary;

namespace Workflow.Onnx;

/// <summary>Reads the fields of one message. Hands out slices of the model's bytes; copies nothing but strings.</summary>
internal ref struct WireReader
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _origin;
    private readonly WireContext _context;
    private int _position;
    private int _fieldStart;

    public WireReader(ReadOnlyMemory<byte> memory, int origin, WireContext context)
    {
        _memory = memory;
        _bytes = memory.Span;
        _origin = origin;
        _context = context;
    }

    /// <summary>Gets the number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>Gets the layout of the field that <see cref="Next"/> found.</summary>
    public WireKind Kind { get; private set; }

    /// <summary>Reads the next tag.</summary>
    /// <returns>False at the end of the message.</returns>
    public bool Next()
    {
        if (_position == _bytes.Length)
        {
            return false;
        }

        _fieldStart = _position;
        var tag = ReadVarint();
        if (tag > uint.MaxValue || tag >> 3 == 0 || (tag & 7) > 5)
        {
            throw Damage($"the tag {tag} names no field.");
        }

        (Field, Kind) = ((int)(tag >> 3), (WireKind)(tag & 7));
        return true;
    }

    public long Int64()
    {
        Expect(WireKind.Varint);
        return (long)ReadVarint();
    }

    public float Single()
    {
        Expect(WireKind.Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4).Span);
    }

    public ReadOnlyMemory<byte> Bytes()
    {
        Expect(WireKind.Bytes);
        _context.CountElement(_origin + _fieldStart);
        return TakeLength();
    }

    public string String() => WireText.Decode(Bytes().Span);

    /// <summary>Reads a message into a new object.</summary>
    /// <param name="name">The field's name in the ONNX schema.</param>
    /// <param name="index">The position in a repeated field; negative in a single one.</param>
    public T Message<T>(string name, int index = -1)
        where T : OnnxMessage, new()
    {
        var message = new T();
        Merge(message, name, index);
        return message;
    }

    /// <summary>Reads a message into an object that an earlier occurrence of the field may have begun, as Protocol Buffers demand.</summary>
    public void Merge(OnnxMessage message, string name, int index = -1)
    {
        Expect(WireKind.Bytes);
        _context.CountElement(_origin + _fieldStart);
        _context.Enter(name, index, _origin + _fieldStart);
        var slice = TakeLength();
        var reader = new WireReader(slice, _origin + _position - slice.Length, _context);
        message.Read(ref reader);
        _context.Leave();
    }

    /// <summary>Reads a repeated 64-bit integer, packed or not.</summary>
    /// <returns>Whether it was packed.</returns>
    public bool AddInt64s(List<long> values)
    {
        if (Kind != WireKind.Bytes)
        {
            _context.CountElement(_origin + _fieldStart);
            values.Add(Int64());
            return false;
        }

        var length = Length();
        var end = _position + length;
        while (_position < end)
        {
            values.Add((long)ReadVarint());
        }

        if (_position != end)
        {
            throw Damage("a packed number runs past the end of its field.");
        }

        return true;
    }

    /// <summary>Reads a repeated 32-bit float, packed or not.</summary>
    /// <returns>Whether it was packed.</returns>
    public bool AddSingles(List<float> values)
    {
        if (Kind != WireKind.Bytes)
        {
            _context.CountElement(_origin + _fieldStart);
            values.Add(Single());
            return false;
        }

        var packed = TakeLength().Span;
        if (packed.Length % sizeof(float) != 0)
        {
            throw Damage($"a packed list of floats has {packed.Length} bytes, which is no multiple of 4.");
        }

        for (; !packed.IsEmpty; packed = packed[sizeof(float)..])
        {
            values.Add(BinaryPrimitives.ReadSingleLittleEndian(packed));
        }

        return true;
    }

    /// <summary>Reads one occurrence of a repeated number as it lies on the wire, without its tag and length.</summary>
    /// <param name="kind">The layout of one element.</param>
    public ReadOnlyMemory<byte> Packed(WireKind kind)
    {
        if (Kind == WireKind.Bytes)
        {
            var packed = TakeLength();
            var width = kind switch { WireKind.Fixed32 => 4, WireKind.Fixed64 => 8, _ => 1 };
            return packed.Length % width == 0 && (kind != WireKind.Varint || packed.IsEmpty || packed.Span[^1] < 0x80)
                ? packed
                : throw Damage($"a packed list has {packed.Length} bytes, which are no whole number of elements.");
        }

        Expect(kind);
        _context.CountElement(_origin + _fieldStart);
        var start = _position;
        Skip();
        return _memory[start.._position];
    }

    /// <summary>Skips a field that the schema does not know.</summary>
    /// <returns>The field with its tag, to be written back.</returns>
    public ReadOnlyMemory<byte> Unknown()
    {
        Skip();
        return _memory[_fieldStart.._position];
    }

    private void Skip()
    {
        switch (Kind)
        {
            case WireKind.Varint:
                _ = ReadVarint();
                break;
            case WireKind.Fixed64:
                _ = Take(8);
                break;
            case WireKind.Bytes:
                _ = TakeLength();
                break;
            case WireKind.Fixed32:
                _ = Take(4);
                break;
            default:
                throw Damage("it uses groups, which ONNX never did.");
        }
    }

    private void Expect(WireKind kind)
    {
        if (Kind != kind)
        {
            throw Damage($"field {Field} is laid out as {Kind}, expected {kind}.");
        }
    }

    private ReadOnlyMemory<byte> TakeLength() => Take(Length());

    private int Length()
    {
        var length = ReadVarint();
        var rest = _bytes.Length - _position;
        return length <= (ulong)rest
            ? (int)length
            : throw Damage($"field {Field} claims {length} bytes where {rest} remain.");
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count > _bytes.Length - _position)
        {
            throw Damage($"field {Field} needs {count} bytes where {_bytes.Length - _position} remain.");
        }

        var slice = _memory.Slice(_position, count);
        _position += count;
        return slice;
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position == _bytes.Length)
            {
                throw Damage("it ends inside a number.");
            }

            var next = _bytes[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return shift < 63 || next <= 1 ? value : throw Damage("a number exceeds 64 bits.");
            }
        }

        throw Damage("a number has more than 10 bytes.");
    }

    private readonly OnnxFormatException Damage(string reason) => _context.Damage(_origin + _position, reason);
}
