using System.Buffers.Binary;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decompresses LZ4's block format (Parquet's <c>LZ4_RAW</c>).</summary>
/// <remarks>Source: lz4/lz4, lz4_Block_format.md. Every length is checked against both buffers.</remarks>
internal static class Lz4Block
{
    private const int MinimumMatch = 4;

    /// <param name="source">One whole block.</param>
    /// <param name="destination">Exactly as long as the decompressed block.</param>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var read = 0;
        var written = 0;
        while (read < source.Length)
        {
            var token = source[read++];
            var literals = ReadLength(source, ref read, token >> 4);
            if (literals > source.Length - read || literals > destination.Length - written)
            {
                throw new MalformedException("an LZ4 literal within its block", $"{literals} bytes");
            }

            source.Slice(read, literals).CopyTo(destination[written..]);
            read += literals;
            written += literals;
            if (read == source.Length)
            {
                break; // The last sequence has no match.
            }

            if (source.Length - read < sizeof(ushort))
            {
                throw new MalformedException("a whole LZ4 sequence", "the end of the block");
            }

            var offset = BinaryPrimitives.ReadUInt16LittleEndian(source[read..]);
            read += sizeof(ushort);
            var count = checked(ReadLength(source, ref read, token & 15) + MinimumMatch);
            BlockCopy.Repeat(destination, written, offset, count);
            written += count;
        }

        if (written != destination.Length)
        {
            throw new MalformedException($"{destination.Length} bytes of LZ4 data", $"{written}");
        }
    }

    private static int ReadLength(ReadOnlySpan<byte> source, ref int read, int length)
    {
        if (length < 15)
        {
            return length;
        }

        byte more;
        do
        {
            if (read >= source.Length || length > 1 << 30)
            {
                throw new MalformedException("a whole LZ4 length", "the end of the block");
            }

            more = source[read++];
            length += more;
        }
        while (more == 255);
        return length;
    }
}
