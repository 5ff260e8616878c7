using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Workflow.Data.Chunking;

/// <summary>Where content is cut: the same bytes are cut alike wherever they lie, so an insertion changes only the chunks around it.</summary>
/// <remarks>
/// A chunk ends after its byte <c>n</c> (counted from 1) when <c>n</c> is at least <see cref="MinimumLength"/> and the top 16 bits of
/// <c>h(n) = Σ table[b(n-k)] · 2^k, k = 0…63</c> (modulo 2^64) are zero; or when <c>n</c> is <see cref="MaximumLength"/>; or at the end
/// of the content. The hash begins anew in every chunk, and so never sees a byte of the chunk before.
/// </remarks>
internal static class GearChunking
{
    public const int MinimumLength = 8 << 10;
    public const int MaximumLength = 128 << 10;

    /// <summary>A shift by one per byte: after 64 bytes an older one has left the 64-bit hash.</summary>
    public const int Window = 64;

    // Top-aligned mask of 16 bits (a cut each 64 KiB beyond the minimum): (h & 0xFFFF000000000000) == 0.
    private const ulong FirstWithoutCut = 1UL << 48;

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

        for (; i + 4 <= end; i += 4)
        {
            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i));
            if (hash < FirstWithoutCut)
            {
                return (int)i + 1;
            }

            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i + 1));
            if (hash < FirstWithoutCut)
            {
                return (int)i + 2;
            }

            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i + 2));
            if (hash < FirstWithoutCut)
            {
                return (int)i + 3;
            }

            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i + 3));
            if (hash < FirstWithoutCut)
            {
                return (int)i + 4;
            }
        }

        for (; i < end; i++)
        {
            hash = (hash << 1) + Unsafe.Add(ref t, Unsafe.Add(ref b, i));
            if (hash < FirstWithoutCut)
            {
                return (int)i + 1;
            }
        }

        return end;
    }
}
