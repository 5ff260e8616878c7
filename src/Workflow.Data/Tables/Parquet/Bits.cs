using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Moves bits in Arrow's order: the least significant bit of a byte comes first.</summary>
internal static class Bits
{
    public static bool Get(ReadOnlySpan<byte> bitmap, int index) => (bitmap[index >> 3] & (1 << (index & 7))) != 0;

    /// <summary>Sets a range of bits to 1.</summary>
    public static void Set(Span<byte> bitmap, int start, int count)
    {
        for (; count > 0 && (start & 7) != 0; start++, count--)
        {
            bitmap[start >> 3] |= (byte)(1 << (start & 7));
        }

        bitmap.Slice(start >> 3, count >> 3).Fill(0xFF);
        start += count & ~7;
        if ((count & 7) != 0)
        {
            bitmap[start >> 3] |= (byte)((1 << (count & 7)) - 1);
        }
    }

    /// <summary>Copies a range of bits over bits that are 0.</summary>
    /// <param name="source">Readable for 8 bytes from every byte that holds a bit copied.</param>
    /// <param name="sourceBit">The first bit to copy.</param>
    /// <param name="target">The bitmap to write.</param>
    /// <param name="targetBit">The first bit to write.</param>
    /// <param name="count">How many bits.</param>
    /// <returns>How many of the bits are 1.</returns>
    public static int Copy(byte[] source, long sourceBit, Span<byte> target, int targetBit, int count)
    {
        var ones = 0;
        while (count > 0)
        {
            // As many bits as one load gives after its shift and one byte-aligned store takes.
            var room = 56 - (targetBit & 7);
            var length = Math.Min(Math.Min(room, count), 56);
            var word = (Unsafe.ReadUnaligned<ulong>(ref source[sourceBit >> 3]) >> (int)(sourceBit & 7)) & ((1UL << length) - 1);
            ones += BitOperations.PopCount(word);
            Or(target[(targetBit >> 3)..], word << (targetBit & 7));
            sourceBit += length;
            targetBit += length;
            count -= length;
        }

        return ones;
    }

    /// <summary>Counts the bits that are 1 in a range.</summary>
    public static int Count(ReadOnlySpan<byte> bitmap, int start, int count)
    {
        var ones = 0;
        for (; count > 0 && (start & 7) != 0; start++, count--)
        {
            ones += Get(bitmap, start) ? 1 : 0;
        }

        var bytes = bitmap.Slice(start >> 3, count >> 3);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            ones += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            ones += BitOperations.PopCount(b);
        }

        for (start += count & ~7, count &= 7; count > 0; start++, count--)
        {
            ones += Get(bitmap, start) ? 1 : 0;
        }

        return ones;
    }

    private static void Or(Span<byte> target, ulong word)
    {
        if (target.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(target, BinaryPrimitives.ReadUInt64LittleEndian(target) | word);
            return;
        }

        for (var i = 0; word != 0; i++, word >>= 8)
        {
            target[i] |= (byte)word;
        }
    }
}
