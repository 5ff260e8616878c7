using System.Buffers.Binary;

namespace Workflow.Onnx;

/// <summary>Writes a message from its last byte to its first.</summary>
/// <remarks>
/// Backwards, the length of a nested message is known when its prefix is due: one pass, no sizes computed beforehand. Fields are
/// therefore given in descending order. Large payloads are linked, not copied.
/// </remarks>
internal sealed class WireWriter
{
    private const int LinkedFrom = 4096;

    // In writing order, that is, reversed: the last block comes first in the file.
    private readonly List<ReadOnlyMemory<byte>> _blocks = [];
    private byte[] _buffer = new byte[1024];
    private int _free = 1024;

    /// <summary>Gets the bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Gets the blocks in the order of the file.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Finish()
    {
        Seal();
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            yield return _blocks[i];
        }
    }

    public void Raw(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length >= LinkedFrom)
        {
            Seal();
            _blocks.Add(bytes);
            Length += bytes.Length;
        }
        else
        {
            bytes.Span.CopyTo(Reserve(bytes.Length));
        }
    }

    public void Int64(int field, long? value)
    {
        if (value is { } number)
        {
            Varint((ulong)number);
            Tag(field, WireKind.Varint);
        }
    }

    public void Single(int field, float? value)
    {
        if (value is { } number)
        {
            BinaryPrimitives.WriteSingleLittleEndian(Reserve(sizeof(float)), number);
            Tag(field, WireKind.Fixed32);
        }
    }

    public void Bytes(int field, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
        {
            Raw(bytes);
            Varint((ulong)bytes.Length);
            Tag(field, WireKind.Bytes);
        }
    }

    public void String(int field, string? value)
    {
        // Not in one expression: there, null is a null array, which converts to empty bytes, and an empty name hides a dimension's value.
        if (value is not null)
        {
            Bytes(field, WireText.Encode(value));
        }
    }

    public void Strings(int field, List<string> values)
    {
        for (var i = values.Count - 1; i >= 0; i--)
        {
            String(field, values[i]);
        }
    }

    public void Blobs(int field, List<ReadOnlyMemory<byte>> values)
    {
        for (var i = values.Count - 1; i >= 0; i--)
        {
            Bytes(field, values[i]);
        }
    }

    public void Message(int field, OnnxMessage? message)
    {
        if (message is null)
        {
            return;
        }

        var end = Length;
        message.Write(this);
        Varint((ulong)(Length - end));
        Tag(field, WireKind.Bytes);
    }

    public void Messages<T>(int field, List<T> messages)
        where T : OnnxMessage
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            Message(field, messages[i]);
        }
    }

    public void Int64s(int field, List<long> values, bool packed)
    {
        var end = Length;
        for (var i = values.Count - 1; i >= 0; i--)
        {
            Varint((ulong)values[i]);
            if (!packed)
            {
                Tag(field, WireKind.Varint);
            }
        }

        ClosePacked(field, packed && values.Count > 0, end);
    }

    public void Singles(int field, List<float> values, bool packed)
    {
        var end = Length;
        for (var i = values.Count - 1; i >= 0; i--)
        {
            BinaryPrimitives.WriteSingleLittleEndian(Reserve(sizeof(float)), values[i]);
            if (!packed)
            {
                Tag(field, WireKind.Fixed32);
            }
        }

        ClosePacked(field, packed && values.Count > 0, end);
    }

    public void Tag(int field, WireKind kind) => Varint(((ulong)(uint)field << 3) | (ulong)kind);

    public void Varint(ulong value)
    {
        Span<byte> digits = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            digits[count++] = (byte)(value | 0x80);
        }

        digits[count++] = (byte)value;
        digits[..count].CopyTo(Reserve(count));
    }

    private void ClosePacked(int field, bool packed, long end)
    {
        if (packed)
        {
            Varint((ulong)(Length - end));
            Tag(field, WireKind.Bytes);
        }
    }

    private Span<byte> Reserve(int count)
    {
        if (count > _free)
        {
            Seal();
            _buffer = new byte[Math.Max(count, Math.Min(2 * _buffer.Length, 64 * 1024))];
            _free = _buffer.Length;
        }

        _free -= count;
        Length += count;
        return _buffer.AsSpan(_free, count);
    }

    // The rest of the buffer, before what is sealed now, stays usable.
    private void Seal()
    {
        var used = _buffer.Length - _free;
        if (used > 0)
        {
            _blocks.Add(_buffer.AsMemory(_free, used));
            _buffer = new byte[Math.Min(2 * _buffer.Length, 64 * 1024)];
            _free = _buffer.Length;
        }
    }
}
