using System.Buffers.Binary;
using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Reads bytes that anybody may have written: every length is checked against what is left before anything is allocated.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if ((uint)length > (uint)_rest.Length)
        {
            throw new InvalidDataException($"it ends early: {length} more bytes are announced, {_rest.Length} are there");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public ContentDigest Digest() => ContentDigest.FromHash(Bytes(32));

    /// <summary>A base-128 number, low bits first, in its shortest form, up to 2^63 - 1.</summary>
    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var part = Bytes(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return part == 0 && shift > 0 ? throw new InvalidDataException("a number is not in its shortest form") : (long)value;
            }
        }

        throw new InvalidDataException("a number has more than 63 bits");
    }

    public int Number(int maximum)
    {
        var value = Number();
        return value <= maximum ? (int)value : throw new InvalidDataException($"a number is {value}, at most {maximum} is allowed");
    }

    /// <summary>The count of a list, of which each element has at least so many bytes.</summary>
    public int Count(int bytesPerElement)
    {
        var count = Number();
        return count <= Remaining / bytesPerElement
            ? (int)count
            : throw new InvalidDataException($"a list announces {count} elements, {Remaining} bytes are left for them");
    }

    public string Text(int maximumBytes)
    {
        try
        {
            return Utf8.GetString(Bytes(Number(maximumBytes)));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a name is not UTF-8", e);
        }
    }

    public readonly void End()
    {
        if (_rest.Length > 0)
        {
            throw new InvalidDataException($"{_rest.Length} bytes follow its end");
        }
    }
}
