using System.Buffers;
using System.Buffers.Binary;

namespace Workflow.Features.Redis;

/// <summary>The pieces of the protobuf wire format that Feast's values need.</summary>
internal static class ProtobufWriter
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Length = 2;
    public const int Fixed32 = 5;

    public static void WriteTag(int field, int wire, IBufferWriter<byte> to) => WriteVarint(((ulong)field << 3) | (uint)wire, to);

    public static void WriteVarint(ulong value, IBufferWriter<byte> to)
    {
        var span = to.GetSpan(10);
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[i++] = (byte)(value | 0x80);
        }

        span[i] = (byte)value;
        to.Advance(i + 1);
    }

    public static void WriteFixed64(long bits, IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), bits);
        to.Advance(8);
    }

    public static void WriteFixed32(int bits, IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), bits);
        to.Advance(4);
    }

    public static void WriteBytes(ReadOnlySpan<byte> bytes, IBufferWriter<byte> to)
    {
        WriteVarint((ulong)bytes.Length, to);
        to.Write(bytes);
    }
}
