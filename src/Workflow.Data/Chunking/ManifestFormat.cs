using System.Globalization;
using System.Security.Cryptography;

namespace Workflow.Data.Chunking;

/// <summary>The layout of a manifest: header (112 bytes), body (Zstandard, sealed in an encrypted store), SHA-256 of all before. See FORMAT.md.</summary>
internal static class ManifestFormat
{
    public const string Prefix = "manifests/";
    public const int MaximumBytes = 1 << 30;
    private const int Version = 1;

    // Zstandard can make gigabytes of a few bytes: what would shrink more than this is stored as it is.
    private const int MaximumRatio = 1000;
    private const int HashLength = 32;

    /// <summary>The name counts down, so that a listing begins with the newest.</summary>
    public static string NameOf(long generation) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{long.MaxValue - generation:x16}");

    public static bool TryParseName(string name, out long generation)
    {
        generation = 0;
        if (name.Length != Prefix.Length + 16 || !name.StartsWith(Prefix, StringComparison.Ordinal)
            || !long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var inverse) || inverse < 0)
        {
            return false;
        }

        generation = long.MaxValue - inverse;
        return generation > 0 && string.Equals(NameOf(generation), name, StringComparison.Ordinal);
    }

    public static byte[] Write(ManifestHeader header, ManifestBody body, ChunkKeys keys, ChunkCompression compression)
    {
        var raw = body.Encode();
        if (raw.Length > MaximumBytes)
        {
            throw new InvalidOperationException($"The manifest would have {raw.Length} bytes, at most {MaximumBytes} are possible. Keep this much in more than one store.");
        }

        var packed = new byte[raw.Length];
        var packedLength = compression.TryCompress(raw, packed) is { } shorter && raw.Length / MaximumRatio <= shorter ? shorter : (int?)null;
        ReadOnlySpan<byte> content = packedLength is { } length ? packed.AsSpan(0, length) : raw;
        var salt = keys.IsEncrypted ? RandomNumberGenerator.GetBytes(ChunkKeys.SaltLength) : new byte[ChunkKeys.SaltLength];
        var storedLength = content.Length + (keys.IsEncrypted ? ChunkKeys.TagLength : 0);

        var writer = new FieldWriter();
        writer.Bytes("WFMF"u8);
        writer.UInt16(Version);
        writer.UInt16((ushort)((keys.IsEncrypted ? 1 : 0) | (packedLength is null ? 0 : 2)));
        writer.UInt64((ulong)header.Generation);
        writer.UInt64((ulong)header.Base);
        writer.Bytes(header.StoreId);
        writer.Bytes(keys.Check);
        writer.Bytes(salt);
        writer.UInt32((uint)raw.Length);
        writer.UInt32((uint)storedLength);

        // The rules of cutting: minimum, maximum, bits of the mask, and the version of the Gear table.
        writer.UInt32(GearChunking.MinimumLength);
        writer.UInt32(GearChunking.MaximumLength);
        writer.UInt32(16);
        writer.UInt32(1);

        var blob = new byte[ManifestHeader.Length + storedLength + HashLength];
        writer.Written.CopyTo(blob);
        var stored = blob.AsSpan(ManifestHeader.Length, storedLength);
        if (keys.IsEncrypted)
        {
            using var cipher = keys.OpenCipher(salt);
            cipher.Encrypt(new byte[12], content, stored[..content.Length], stored[content.Length..], writer.Written);
        }
        else
        {
            content.CopyTo(stored);
        }

        SHA256.HashData(blob.AsSpan(0, blob.Length - HashLength), blob.AsSpan(blob.Length - HashLength));
        return blob;
    }

    /// <summary>Reads the header of a whole blob after its hash has been verified.</summary>
    /// <exception cref="ChunkStoreException">The blob is corrupt, or of a newer program.</exception>
    public static ManifestHeader ReadHeader(ReadOnlySpan<byte> blob, long generation)
    {
        var name = NameOf(generation);
        if (blob.Length < ManifestHeader.Length + HashLength)
        {
            throw ChunkStoreException.Corrupt(name, $"it has {blob.Length} bytes, a manifest has at least {ManifestHeader.Length + HashLength}");
        }

        Span<byte> hash = stackalloc byte[HashLength];
        SHA256.HashData(blob[..^HashLength], hash);
        if (!hash.SequenceEqual(blob[^HashLength..]))
        {
            throw ChunkStoreException.Corrupt(name, $"its digest is {Convert.ToHexStringLower(hash)}, it says {Convert.ToHexStringLower(blob[^HashLength..])}");
        }

        var reader = new FieldReader(blob[..ManifestHeader.Length]);
        if (!reader.Bytes(4).SequenceEqual("WFMF"u8))
        {
            throw ChunkStoreException.Corrupt(name, "it does not begin with WFMF, as a manifest does");
        }

        var version = reader.UInt16();
        var flags = reader.UInt16();
        var header = new ManifestHeader
        {
            Generation = (long)reader.UInt64(),
            Base = (long)reader.UInt64(),
            StoreId = reader.Bytes(ChunkKeys.StoreIdLength).ToArray(),
            KeyCheck = reader.Bytes(ChunkKeys.CheckLength).ToArray(),
            IsEncrypted = (flags & 1) != 0,
        };
        reader.Bytes(ChunkKeys.SaltLength + 8);
        var isKnown = reader.UInt32() == GearChunking.MinimumLength & reader.UInt32() == GearChunking.MaximumLength & reader.UInt32() == 16 & reader.UInt32() == 1;
        if (version != Version || flags > 3 || !isKnown)
        {
            throw new ChunkStoreException(
                ChunkProblem.Version, name, $"The manifest '{name}' has version {version}, flags {flags} or rules of cutting that this program does not know (it knows version {Version}). Update the program.");
        }

        if (header.Generation != generation || header.Base < 1 || header.Base > generation)
        {
            throw ChunkStoreException.Corrupt(name, $"it says that it is number {header.Generation} on top of {header.Base}, its name says {generation}");
        }

        return header;
    }

    /// <summary>Reads the body of a blob whose header has been read.</summary>
    /// <exception cref="ChunkStoreException">The blob is corrupt.</exception>
    public static ManifestBody ReadBody(ReadOnlySpan<byte> blob, ManifestHeader header, ChunkKeys keys, ChunkCompression compression)
    {
        try
        {
            var reader = new FieldReader(blob[..^HashLength]);
            var head = reader.Bytes(ManifestHeader.Length);
            var fields = new FieldReader(head[6..]);
            var isCompressed = (fields.UInt16() & 2) != 0;
            fields.Bytes(8 + 8 + ChunkKeys.StoreIdLength + ChunkKeys.CheckLength);
            var salt = fields.Bytes(ChunkKeys.SaltLength);
            var rawLength = fields.UInt32();
            var stored = reader.Bytes(checked((int)fields.UInt32()));
            reader.End();
            var contentLength = stored.Length - (keys.IsEncrypted ? ChunkKeys.TagLength : 0);

            if (contentLength < 0 || rawLength > MaximumBytes || (isCompressed ? rawLength / MaximumRatio > (uint)contentLength : rawLength != contentLength))
            {
                throw new InvalidDataException($"it announces {rawLength} bytes of content in {contentLength}");
            }

            var content = stored;
            if (keys.IsEncrypted)
            {
                var opened = new byte[contentLength];
                using var cipher = keys.OpenCipher(salt);
                cipher.Decrypt(new byte[12], stored[..contentLength], stored[contentLength..], opened, head);
                content = opened;
            }

            if (isCompressed)
            {
                var raw = new byte[rawLength];
                compression.Decompress(content, raw);
                content = raw;
            }

            return ManifestBody.Decode(content);
        }
        catch (Exception e) when (e is InvalidDataException or OverflowException or AuthenticationTagMismatchException)
        {
            throw ChunkStoreException.Corrupt(NameOf(header.Generation), e.Message, e);
        }
    }
}
