using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Workflow.Features.Online.Stores;

/// <summary>The form of a record in the store's files: a header with its own check, the payload, and a SHA-256 of both.</summary>
/// <remarks>Header, little-endian: 4 bytes of magic, 4 of the payload's length, 8 of the sequence number, 4 of a check of these.</remarks>
internal static class StoreFrame
{
    public const int HeaderBytes = 20;
    public const int DigestBytes = 32;
    public const int MaximumPayload = 1 << 30;
    private const uint Magic = 0x5246_4657;

    /// <summary>Gives a frame.</summary>
    public static byte[] Write(ReadOnlySpan<byte> payload, long sequence)
    {
        var frame = new byte[HeaderBytes + payload.Length + DigestBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(8), sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(16), Check(frame));
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        SHA256.HashData(frame.AsSpan(0, HeaderBytes + payload.Length), frame.AsSpan(HeaderBytes + payload.Length));
        return frame;
    }

    /// <summary>Finds the length of the payload of a header; false where it is none.</summary>
    public static bool TryHeader(ReadOnlySpan<byte> at, out int length, out long sequence)
    {
        (length, sequence) = (0, 0);
        if (at.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(at) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(at[16..]) != Check(at))
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(at[4..]);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(at[8..]);
        return length is >= 0 and <= MaximumPayload;
    }

    /// <summary>Says whether a whole frame is what was written.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> frame)
    {
        Span<byte> digest = stackalloc byte[DigestBytes];
        SHA256.HashData(frame[..^DigestBytes], digest);
        return digest.SequenceEqual(frame[^DigestBytes..]);
    }

    // Multiplied so that a length of zeros or a shifted header does not pass.
    private static uint Check(ReadOnlySpan<byte> header)
    {
        var check = 2_166_136_261u;
        foreach (var value in header[..16])
        {
            check = (check ^ value) * 16_777_619u;
        }

        return check;
    }
}
