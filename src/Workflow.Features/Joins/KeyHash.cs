using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Workflow.Features.Joins;

/// <summary>Hashes keys. The same seed gives the same hash in every process.</summary>
internal static class KeyHash
{
    private const ulong Mix = 0x9E3779B97F4A7C15;
    private const ulong Last = 0xD6E8FEB86659FD93;

    public static ulong Of(long key, ulong seed) => Fold((ulong)key ^ seed) * Last;

    public static ulong Of(ReadOnlySpan<byte> key, ulong seed)
    {
        var hash = seed ^ ((ulong)key.Length * Mix);
        ref var at = ref MemoryMarshal.GetReference(key);
        var left = key.Length;
        for (; left > 8; left -= 8, at = ref Unsafe.Add(ref at, 8))
        {
            hash = Fold(hash ^ Unsafe.ReadUnaligned<ulong>(ref at));
        }

        // The last 1 to 8 bytes: parts that overlap say nothing twice, for the length is in the hash.
        var tail = left switch
        {
            8 => Unsafe.ReadUnaligned<ulong>(ref at),
            >= 4 => (ulong)Unsafe.ReadUnaligned<uint>(ref at) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, left - 4)) << 32),
            > 0 => (ulong)at | ((ulong)Unsafe.Add(ref at, left >> 1) << 8) | ((ulong)Unsafe.Add(ref at, left - 1) << 16),
            _ => 0UL,
        };
        return Fold(hash ^ tail) * Last;
    }

    private static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value, Mix, out var low);
        return high ^ low;
    }
}
