using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Opens Parquet files: magic, footer, and whether a file is still the one whose footer is known.</summary>
internal static class ParquetFile
{
    private const int MaximumFooterBytes = 1 << 28;
    private const int TailBytes = 8;

    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Opens a file and reads its footer.</summary>
    /// <returns>The footer, and a hash of its bytes and position that another opening can be compared with.</returns>
    public static (ParquetFooter Footer, UInt128 Identity) ReadFooter(SafeFileHandle handle)
    {
        var bytes = ReadFooterBytes(handle, out var start);
        try
        {
            return (FooterReader.Read(bytes, start), Identify(bytes, start));
        }
        catch (EndOfBytesException)
        {
            throw new MalformedException($"a footer that ends within its {bytes.Length} bytes", "one that goes on");
        }
    }

    public static UInt128 Identify(SafeFileHandle handle) => Identify(ReadFooterBytes(handle, out var start), start);

    private static UInt128 Identify(byte[] footer, long start) => XxHash128.HashToUInt128(footer, start);

    private static byte[] ReadFooterBytes(SafeFileHandle handle, out long start)
    {
        var length = RandomAccess.GetLength(handle);
        if (length < Magic.Length + TailBytes)
        {
            throw new MalformedException($"a Parquet file of at least {Magic.Length + TailBytes} bytes", $"{length} bytes");
        }

        Span<byte> head = stackalloc byte[4];
        Span<byte> tail = stackalloc byte[TailBytes];
        ReadExactly(handle, head, 0);
        ReadExactly(handle, tail, length - TailBytes);
        if (!head.SequenceEqual(Magic) || !tail[4..].SequenceEqual(Magic))
        {
            throw new MalformedException("'PAR1' at both ends of a Parquet file", $"0x{Convert.ToHexString(head)} and 0x{Convert.ToHexString(tail[4..])}");
        }

        var footer = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (footer > Math.Min(MaximumFooterBytes, length - Magic.Length - TailBytes))
        {
            throw new MalformedException($"a footer of at most {Math.Min(MaximumFooterBytes, length - Magic.Length - TailBytes)} bytes", $"{footer}");
        }

        start = length - TailBytes - footer;
        var bytes = new byte[footer];
        ReadExactly(handle, bytes, start);
        return bytes;
    }

    private static void ReadExactly(SafeFileHandle handle, Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
            {
                throw new MalformedException($"{destination.Length} more bytes at {offset}", "the end of the file");
            }

            destination = destination[read..];
            offset += read;
        }
    }
}
