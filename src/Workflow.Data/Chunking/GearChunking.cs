using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Workflow.Data.Chunking;

/// <summary>Where content is cut: the same bytes are cut alike wherever they lie, so an insertion changes only the chunks around it.</summary>
/// <remarks>
/// With <c>h(n) = Σ table[b(n-k)] · 2^k, k = 0…63</c> (modulo 2^64, bytes counted from 1), a chunk ends after the first byte <c>n</c> from
/// <see cref="MinimumLength"/> to <see cref="MaximumLength"/> at which the top 16 bits of <c>h(n)</c> are zero; where there is none, after
/// the last one at which the top 14 bits are; where there is none either, after <see cref="MaximumLength"/> bytes. Content that ends before
/// a cut by the first rule, and before <see cref="MaximumLength"/>, is the last chunk as a whole. The hash begins anew in every chunk, and
/// so never sees a byte of the chunk before. The second rule keeps the ends of long chunks at places that the content defines: by length
/// alone an insertion would move the ends of all chunks up to the next cut by the first rule.
/// </remarks>
internal static class GearChunking
{
    public const int MinimumLength = 8 << 10;
    public const int MaximumLength = 128 << 10;

    /// <summary>A shift by one per byte: after 64 bytes an older one has left the 64-bit hash.</summary>
    public const int Window = 64;

    // Top-aligned masks: of 16 bits (a cut each 64 KiB beyond the minimum) and of 14. (h & 0xFFFC000000000000) == 0 says h < 2^50.
    private const ulong FirstWithoutCut = 1UL << 48;
    private const ulong FirstWithoutSecondBest = 1UL << 50;

    /// <summary>Finds the length of the first chunk.</summary>
    /// <param name="bytes">The content from the chunk's first byte; at least <see cref="MaximumLength"/> bytes, or all to its end.</param>
    /// <param name="table">256 numbers, see <see cref="GearTable"/>.</param>
    /// <returns>From 1 to <see cref="MaximumLength"/>; 0 only when there are no bytes.</returns>
    public static int FindCut(ReadOnlySpan<byte> bytes, ReadOnlySpan<ulong> table)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(table.Length, GearTable.Length);
        var end = Math.Min(bytes.Length, MaximumLength);
        if (end <= MinimumLength)
        {
            return end;
        }

        // Without bounds checks: an index into the table is a byte, and every position stays below end.
        ref var b = ref MemoryMarshal.GetReference(bytes);
        ref var t = ref MemoryMarshal.GetReference(table);
        ulong hash = 0;
        nint i = MinimumLength - Window;
        for (; i < MinimumLength - 1; i++)
        {
            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i));
        }

        // Almost every byte takes the one comparison with the second best limit only.
        var secondBest = 0;
        for (; i + 4 <= end; i += 4)
        {
            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i));
            if (hash < FirstWithoutSecondBest && IsCut(hash, (int)i + 1, ref secondBest))
            {
                return secondBest;
            }

            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i + 1));
            if (hash < FirstWithoutSecondBest && IsCut(hash, (int)i + 2, ref secondBest))
            {
                return secondBest;
            }

            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i + 2));
            if (hash < FirstWithoutSecondBest && IsCut(hash, (int)i + 3, ref secondBest))
            {
                return secondBest;
            }

            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i + 3));
            if (hash < FirstWithoutSecondBest && IsCut(hash, (int)i + 4, ref secondBest))
            {
                return secondBest;
            }
        }

        for (; i < end; i++)
        {
            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i));
            if (hash < FirstWithoutSecondBest && IsCut(hash, (int)i + 1, ref secondBest))
            {
                return secondBest;
            }
        }

        return end == MaximumLength && secondBest > 0 ? secondBest : end;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsCut(ulong hash, int length, ref int secondBest)
    {
        secondBest = length;
        return hash < FirstWithoutCut;
    }
}
