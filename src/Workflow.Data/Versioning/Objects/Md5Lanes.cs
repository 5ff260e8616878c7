using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// MD5 of eight messages at once, one in each lane of a 256-bit vector: MD5 cannot be parallelised within a message, and one message
/// leaves most of a core idle. Messages of unequal length finish one after the other.
/// </summary>
/// <remarks>Compiled at once and fully: code compiled ahead of time has no 256-bit vectors, and the first tier is slower than none.</remarks>
internal static class Md5Lanes
{
    public const int Lanes = 8;
    private const int BlockBytes = 64;

    private static readonly uint[] Constants = [.. Enumerable.Range(1, 64).Select(static i => (uint)(long)Math.Floor(Math.Abs(Math.Sin(i)) * 4294967296.0))];

    /// <summary>Gets whether this processor is faster so.</summary>
    public static bool IsFast => Vector256.IsHardwareAccelerated && BitConverter.IsLittleEndian;

    /// <summary>Hashes up to eight messages.</summary>
    /// <param name="messages">From 1 to 8; empty ones are allowed.</param>
    /// <param name="hashes">As many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hash(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<Md5Hash> hashes)
    {
        Span<long> blocks = stackalloc long[Lanes];
        long most = 0;
        for (var lane = 0; lane < messages.Length; lane++)
        {
            // The message, a byte 0x80, zeros, and the length in 8 bytes.
            blocks[lane] = (messages[lane].Length + 8 + BlockBytes) / BlockBytes;
            most = Math.Max(most, blocks[lane]);
        }

        Span<uint> state = stackalloc uint[4 * Lanes];
        state[..Lanes].Fill(0x67452301);
        state[Lanes..(2 * Lanes)].Fill(0xefcdab89);
        state[(2 * Lanes)..(3 * Lanes)].Fill(0x98badcfe);
        state[(3 * Lanes)..].Fill(0x10325476);
        Span<byte> tails = stackalloc byte[Lanes * BlockBytes];
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[16];
        for (long block = 0; block < most; block++)
        {
            Gather(messages, block, tails, words);
            Step(state, words);
            for (var lane = 0; lane < messages.Length; lane++)
            {
                if (blocks[lane] == block + 1)
                {
                    hashes[lane] = Finish(state, lane);
                }
            }
        }
    }

    // The next 16 words of every lane, one vector a word.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(ReadOnlySpan<ReadOnlyMemory<byte>> messages, long block, Span<byte> tails, Span<Vector256<uint>> words)
    {
        Span<uint> flat = MemoryMarshal.Cast<Vector256<uint>, uint>(words);
        for (var lane = 0; lane < Lanes; lane++)
        {
            var message = lane < messages.Length ? messages[lane].Span : default;
            var start = block * BlockBytes;
            ReadOnlySpan<byte> bytes;
            if (start + BlockBytes <= message.Length)
            {
                bytes = message.Slice((int)start, BlockBytes);
            }
            else
            {
                var tail = tails.Slice(lane * BlockBytes, BlockBytes);
                tail.Clear();
                if (start <= message.Length)
                {
                    message[(int)start..].CopyTo(tail);
                    tail[message.Length - (int)start] = 0x80;
                }

                if (start + BlockBytes - 8 > message.Length)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(tail[56..], (ulong)message.Length * 8);
                }

                bytes = tail;
            }

            ref var source = ref Unsafe.As<byte, uint>(ref MemoryMarshal.GetReference(bytes));
            for (var word = 0; word < 16; word++)
            {
                flat[(word * Lanes) + lane] = Unsafe.Add(ref source, word);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step(Span<uint> state, ReadOnlySpan<Vector256<uint>> words)
    {
        var startA = Vector256.Create<uint>(state);
        var startB = Vector256.Create<uint>(state[Lanes..]);
        var startC = Vector256.Create<uint>(state[(2 * Lanes)..]);
        var startD = Vector256.Create<uint>(state[(3 * Lanes)..]);
        var (a, b, c, d) = (startA, startB, startC, startD);
        var constants = Constants.AsSpan();
        for (var i = 0; i < 16; i += 4)
        {
            a = Turn(a, b, d ^ (b & (c ^ d)), words[i], constants[i], 7);
            d = Turn(d, a, c ^ (a & (b ^ c)), words[i + 1], constants[i + 1], 12);
            c = Turn(c, d, b ^ (d & (a ^ b)), words[i + 2], constants[i + 2], 17);
            b = Turn(b, c, a ^ (c & (d ^ a)), words[i + 3], constants[i + 3], 22);
        }

        for (var i = 16; i < 32; i += 4)
        {
            a = Turn(a, b, c ^ (d & (b ^ c)), words[((5 * i) + 1) & 15], constants[i], 5);
            d = Turn(d, a, b ^ (c & (a ^ b)), words[((5 * i) + 6) & 15], constants[i + 1], 9);
            c = Turn(c, d, a ^ (b & (d ^ a)), words[((5 * i) + 11) & 15], constants[i + 2], 14);
            b = Turn(b, c, d ^ (a & (c ^ d)), words[((5 * i) + 16) & 15], constants[i + 3], 20);
        }

        for (var i = 32; i < 48; i += 4)
        {
            a = Turn(a, b, b ^ c ^ d, words[((3 * i) + 5) & 15], constants[i], 4);
            d = Turn(d, a, a ^ b ^ c, words[((3 * i) + 8) & 15], constants[i + 1], 11);
            c = Turn(c, d, d ^ a ^ b, words[((3 * i) + 11) & 15], constants[i + 2], 16);
            b = Turn(b, c, c ^ d ^ a, words[((3 * i) + 14) & 15], constants[i + 3], 23);
        }

        for (var i = 48; i < 64; i += 4)
        {
            a = Turn(a, b, c ^ (b | ~d), words[(7 * i) & 15], constants[i], 6);
            d = Turn(d, a, b ^ (a | ~c), words[((7 * i) + 7) & 15], constants[i + 1], 10);
            c = Turn(c, d, a ^ (d | ~b), words[((7 * i) + 14) & 15], constants[i + 2], 15);
            b = Turn(b, c, d ^ (c | ~a), words[((7 * i) + 21) & 15], constants[i + 3], 21);
        }

        (startA + a).CopyTo(state);
        (startB + b).CopyTo(state[Lanes..]);
        (startC + c).CopyTo(state[(2 * Lanes)..]);
        (startD + d).CopyTo(state[(3 * Lanes)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Turn(Vector256<uint> a, Vector256<uint> b, Vector256<uint> mix, Vector256<uint> word, uint constant, int shift)
    {
        var sum = a + mix + word + Vector256.Create(constant);
        return b + ((sum << shift) | (sum >>> (32 - shift)));
    }

    private static Md5Hash Finish(ReadOnlySpan<uint> state, int lane)
    {
        Span<byte> hash = stackalloc byte[16];
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(hash[(4 * i)..], state[(i * Lanes) + lane]);
        }

        return Md5Hash.FromBytes(hash);
    }
}
