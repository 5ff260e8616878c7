namespace Workflow.Data.Tables.Parquet;

/// <summary>Decompresses Snappy's block format.</summary>
/// <remarks>Source: google/snappy, format_description.txt. Every length is checked against both buffers.</remarks>
internal static class SnappyBlock
{
    /// <param name="source">One whole block.</param>
    /// <param name="destination">Exactly as long as the decompressed block.</param>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var read = ReadLength(source, out var length);
        if (length != (uint)destination.Length)
        {
            throw new MalformedException($"{destination.Length} bytes of Snappy data", $"{length}");
        }

        var written = 0;
        while (read < source.Length)
        {
            var tag = source[read++];
            if ((tag & 3) == 0)
            {
                var size = (uint)(tag >> 2);
                if (size >= 60)
                {
                    size = ReadLittleEndian(source, ref read, (int)size - 59);
                }

                // 2^32 - 1 + 1 would wrap: compare before adding.
                if (size >= source.Length - read || size >= destination.Length - written)
                {
                    throw new MalformedException("a Snappy literal within its block", $"{size + 1L} bytes");
                }

                var literal = source.Slice(read, (int)size + 1);
                literal.CopyTo(destination[written..]);
                read += literal.Length;
                written += literal.Length;
            }
            else
            {
                var (count, offset) = (tag & 3) switch
                {
                    1 => (((tag >> 2) & 7) + 4, ((uint)(tag >> 5) << 8) | ReadLittleEndian(source, ref read, 1)),
                    2 => ((tag >> 2) + 1, ReadLittleEndian(source, ref read, 2)),
                    _ => ((tag >> 2) + 1, ReadLittleEndian(source, ref read, 4)),
                };
                BlockCopy.Repeat(destination, written, offset, count);
                written += count;
            }
        }

        if (written != destination.Length)
        {
            throw new MalformedException($"{destination.Length} bytes of Snappy data", $"{written}");
        }
    }

    private static int ReadLength(ReadOnlySpan<byte> source, out uint length)
    {
        length = 0;
        for (var i = 0; i < 5 && i < source.Length; i++)
        {
            length |= (uint)(source[i] & 127) << (7 * i);
            if (source[i] < 128)
            {
                return i + 1;
            }
        }

        throw new MalformedException("a Snappy block with its length first", "none");
    }

    private static uint ReadLittleEndian(ReadOnlySpan<byte> source, ref int read, int bytes)
    {
        if (bytes > source.Length - read)
        {
            throw new MalformedException("a whole Snappy element", "the end of the block");
        }

        var value = 0u;
        for (var i = 0; i < bytes; i++)
        {
            value |= (uint)source[read + i] << (8 * i);
        }

        read += bytes;
        return value;
    }
}
