using System.Numerics;
using System.Runtime.InteropServices;

namespace Workflow.Monitoring.Feedback;

/// <summary>MurmurHash3 x64-128: 16 bytes stand for a request's id of any length. Two of a billion ids collide with probability 1.5e-21.</summary>
/// <remarks>Source: Appleby, SMHasher (public domain). Not for ids that an adversary chooses.</remarks>
internal static class RequestHash
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public static UInt128 Of(ReadOnlySpan<byte> id)
    {
        var (h1, h2) = (0UL, 0UL);
        var rest = id;
        for (; rest.Length >= 16; rest = rest[16..])
        {
            h1 ^= MixFirst(MemoryMarshal.Read<ulong>(rest));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= MixSecond(MemoryMarshal.Read<ulong>(rest[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        }

        Span<byte> tail = stackalloc byte[16];
        rest.CopyTo(tail);
        h2 ^= MixSecond(MemoryMarshal.Read<ulong>(tail[8..]));
        h1 ^= MixFirst(MemoryMarshal.Read<ulong>(tail));
        h1 ^= (ulong)id.Length;
        h2 ^= (ulong)id.Length;
        h1 += h2;
        h2 += h1;
        h1 = Finish(h1);
        h2 = Finish(h2);
        h1 += h2;
        h2 += h1;
        return new UInt128(h2, h1);
    }

    private static ulong MixFirst(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong MixSecond(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
