using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Workflow.Data.Chunking;

/// <summary>The 256 numbers of the Gear hash. Their rule is part of the format: entry <c>i</c> is the first eight bytes, little-endian, of SHA-256(seed ‖ byte <c>i</c>).</summary>
internal static class GearTable
{
    public const int Length = 256;

    /// <summary>The table of stores that are not encrypted: the seed is the ASCII text <c>workflow-gear-1</c>.</summary>
    public static ReadOnlySpan<ulong> Plain => PlainTable;

    private static readonly ulong[] PlainTable = Create("workflow-gear-1"u8);

    /// <summary>Makes a table.</summary>
    /// <param name="seed">An encrypted store gives a secret one: the lengths of its chunks then tell nothing of known content.</param>
    public static ulong[] Create(ReadOnlySpan<byte> seed)
    {
        var table = new ulong[Length];
        Span<byte> input = stackalloc byte[seed.Length + 1];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        seed.CopyTo(input);
        for (var i = 0; i < Length; i++)
        {
            input[^1] = (byte)i;
            SHA256.HashData(input, hash);
            table[i] = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        }

        return table;
    }
}
