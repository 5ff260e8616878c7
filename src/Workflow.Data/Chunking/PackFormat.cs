using System.IO.Hashing;
using System.Security.Cryptography;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>The layout of a pack: header (8 bytes), stored chunks, then the tail: index, salt (32), name (32), mark (4). See FORMAT.md.</summary>
internal static class PackFormat
{
    public const string Prefix = "packs/";
    public const int HeaderLength = 8;
    public const int MaximumBytes = 64 << 20;

    /// <summary>Of the smallest chunks a pack takes no more than this, so that an index stays below 3 MB.</summary>
    public const int MaximumChunks = 1 << 16;
    public const uint IndexNonce = uint.MaxValue;
    private const int ClosingLength = ChunkKeys.SaltLength + 32 + 4;

    private static ReadOnlySpan<byte> ClosingMark => "kpfw"u8;

    public static int IndexLength(int count, bool isEncrypted) => (count * PackRow.Length) + (isEncrypted ? ChunkKeys.TagLength : 0);

    public static int TailLength(int count, bool isEncrypted) => IndexLength(count, isEncrypted) + ClosingLength;

    public static void WriteHeader(FieldWriter writer, bool isEncrypted)
    {
        writer.Bytes("WFPK"u8);
        writer.UInt16(1);
        writer.UInt16((ushort)(isEncrypted ? 1 : 0));
    }

    /// <summary>Makes the tail and with it the name: SHA-256 of the header, the stored index and the salt. The index names every chunk by its hash.</summary>
    public static (byte[] Tail, ContentDigest Id) CreateTail(IReadOnlyList<PackRow> rows, ChunkKeys keys, byte[] salt)
    {
        var index = new FieldWriter();
        foreach (var row in rows)
        {
            row.Write(index);
        }

        var tail = new byte[TailLength(rows.Count, keys.IsEncrypted)];
        var indexLength = IndexLength(rows.Count, keys.IsEncrypted);
        if (keys.IsEncrypted)
        {
            using var cipher = keys.OpenCipher(salt);
            Seal(cipher, IndexNonce, index.Written, tail.AsSpan(0, indexLength));
        }
        else
        {
            index.Written.CopyTo(tail);
        }

        salt.CopyTo(tail, indexLength);
        var id = Name(tail.AsSpan(0, indexLength + ChunkKeys.SaltLength), keys.IsEncrypted);
        id.CopyTo(tail.AsSpan(indexLength + ChunkKeys.SaltLength));
        ClosingMark.CopyTo(tail.AsSpan(tail.Length - 4));
        return (tail, id);
    }

    /// <exception cref="InvalidDataException">The tail is not of that pack.</exception>
    public static void CheckName(PackRecord record, ReadOnlySpan<byte> tail, bool isEncrypted)
    {
        if (tail.Length != TailLength(record.Count, isEncrypted))
        {
            throw new InvalidDataException($"its index has {tail.Length} bytes, expected {TailLength(record.Count, isEncrypted)}");
        }

        Span<byte> expected = stackalloc byte[32];
        record.Id.CopyTo(expected);
        if (Name(tail[..^36], isEncrypted) != record.Id || !tail[^36..^4].SequenceEqual(expected) || !tail[^4..].SequenceEqual(ClosingMark))
        {
            throw new InvalidDataException("its index does not have the digest that is the pack's name");
        }
    }

    public static void CheckHeader(ReadOnlySpan<byte> header, bool isEncrypted)
    {
        var expected = new FieldWriter();
        WriteHeader(expected, isEncrypted);
        if (!header.SequenceEqual(expected.Written))
        {
            throw new InvalidDataException($"its header is {Convert.ToHexString(header)}, expected {Convert.ToHexString(expected.Written)}");
        }
    }

    /// <summary>Ciphertext, then tag.</summary>
    public static void Seal(AesGcm cipher, uint counter, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[12];
        ChunkKeys.WriteNonce(nonce, counter);
        cipher.Encrypt(nonce, plain, target[..plain.Length], target[plain.Length..]);
    }

    public static void Open(ChunkKeys keys, ReadOnlySpan<byte> salt, uint counter, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        using var cipher = keys.OpenCipher(salt);
        Open(cipher, counter, stored, plain);
    }

    public static void Open(AesGcm cipher, uint counter, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[12];
        ChunkKeys.WriteNonce(nonce, counter);
        try
        {
            cipher.Decrypt(nonce, stored[..plain.Length], stored[plain.Length..], plain);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new InvalidDataException("its seal (AES-GCM) is broken", e);
        }
    }

    public static uint Checksum(ReadOnlySpan<byte> stored) => Crc32.HashToUInt32(stored);

    private static ContentDigest Name(ReadOnlySpan<byte> indexAndSalt, bool isEncrypted)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = new FieldWriter();
        WriteHeader(header, isEncrypted);
        hash.AppendData(header.Written);
        hash.AppendData(indexAndSalt);
        return ContentDigest.FromHash(hash.GetHashAndReset());
    }
}
