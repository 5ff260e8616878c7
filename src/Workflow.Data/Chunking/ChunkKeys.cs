using System.Security.Cryptography;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>What identifies, cuts and, in an encrypted store, seals. Immutable; safe for concurrent use.</summary>
/// <remarks>
/// All keys come from the user's 256 bits by HKDF-SHA256 with the store's id as salt. Ids of chunks are HMACs there and the Gear table is
/// secret, so that nobody without the key can tell from ids or lengths whether the store holds a content that he knows. Every pack and
/// every manifest is sealed with AES-256-GCM under a key of its own, derived from 32 random bytes that it carries; within one blob the
/// nonces count. No nonce is ever used twice with one key.
/// </remarks>
internal sealed class ChunkKeys : IDisposable
{
    public const int KeyLength = 32;
    public const int SaltLength = 32;
    public const int TagLength = 16;
    public const int StoreIdLength = 16;
    public const int CheckLength = 16;

    private readonly byte[]? _identity;
    private readonly byte[]? _seal;
    private readonly ulong[] _gear;

    private ChunkKeys(byte[]? identity, byte[]? seal, ulong[] gear, byte[] check) => (_identity, _seal, _gear, Check) = (identity, seal, gear, check);

    public bool IsEncrypted => _seal is not null;

    /// <summary>Gets 16 bytes that only the right key gives; zeros without encryption.</summary>
    public byte[] Check { get; }

    public ReadOnlySpan<ulong> Gear => _gear;

    public static ChunkKeys CreatePlain() => new(null, null, GearTable.Plain.ToArray(), new byte[CheckLength]);

    public static ChunkKeys Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> storeId)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException($"The key of a chunk store has {KeyLength} bytes (AES-256), the provider gave {key.Length}.", nameof(key));
        }

        return new ChunkKeys(
            Expand(key, storeId, "workflow-chunks-1 id"u8, KeyLength),
            Expand(key, storeId, "workflow-chunks-1 seal"u8, KeyLength),
            GearTable.Create(Expand(key, storeId, "workflow-chunks-1 gear"u8, KeyLength)),
            Expand(key, storeId, "workflow-chunks-1 check"u8, CheckLength));
    }

    public ContentDigest Identify(ReadOnlySpan<byte> chunk)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (_identity is null)
        {
            SHA256.HashData(chunk, hash);
        }
        else
        {
            HMACSHA256.HashData(_identity, chunk, hash);
        }

        return ContentDigest.FromHash(hash);
    }

    /// <summary>The cipher of one blob; the caller disposes it. Not thread-safe.</summary>
    public AesGcm OpenCipher(ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _seal, key, salt, "workflow-chunks-1 blob"u8);
        try
        {
            return new AesGcm(key, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The nonce of the n-th sealed part of a blob: 12 bytes, little-endian.</summary>
    public static void WriteNonce(Span<byte> nonce, uint counter)
    {
        nonce.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(nonce, counter);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_identity);
        CryptographicOperations.ZeroMemory(_seal);
    }

    private static byte[] Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose, int length)
    {
        var output = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, output, salt, purpose);
        return output;
    }
}
