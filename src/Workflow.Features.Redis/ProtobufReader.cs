using System.Buffers.Binary;

namespace Workflow.Features.Redis;

/// <summary>Reads a protobuf message piece by piece; whatever is malformed ends it with <see cref="IsBad"/>.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public bool IsBad { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty || IsBad;

    public bool ReadTag(out int field, out int wire)
    {
        var tag = ReadVarint();
        (field, wire) = ((int)Math.Min(tag >> 3, int.MaxValue), (int)(tag & 7));
        return !IsBad;
    }

    public ulong ReadVarint()
    {
        var value = 0ul;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        IsBad = true;
        return 0;
    }

    public long ReadFixed64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public int ReadFixed32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (IsBad || length > (ulong)_rest.Length)
        {
            IsBad = true;
            return default;
        }

        return Take((int)length);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            IsBad = true;
            return new byte[length];
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
