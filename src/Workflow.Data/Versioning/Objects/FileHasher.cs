using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Versioning.Objects;

/// <summary>MD5 of files: plain, and that of DVC 2.x, which read text files as if their lines ended in a line feed.</summary>
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "DVC's identity of content is MD5; it is no protection against forgery here either.")]
internal static class FileHasher
{
    private const int ChunkBytes = 1 << 20;
    private const int TextProbeBytes = 512;

    public static Md5Hash Hash(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(content, hash);
        return Md5Hash.FromBytes(hash);
    }

    public static Md5Hash HashFile(string path, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path);
        return HashHandle(handle, copyTo: null, cancellationToken);
    }

    /// <summary>Hashes an open file from its start, and writes what was hashed to another when there is one.</summary>
    public static Md5Hash HashHandle(SafeFileHandle handle, SafeFileHandle? copyTo, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (long offset = 0; ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(handle, buffer.AsSpan(0, ChunkBytes), offset);
                if (read == 0)
                {
                    break;
                }

                hash.AppendData(buffer, 0, read);
                if (copyTo is not null)
                {
                    RandomAccess.Write(copyTo, buffer.AsSpan(0, read), offset);
                }

                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Finish(hash);
    }

    /// <summary>The hash of DVC 2.x (<c>md5-dos2unix</c>): carriage return + line feed counts as line feed, chunk by chunk, in what looks like text.</summary>
    public static Md5Hash HashLegacyFile(string path, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = new byte[ChunkBytes];
        var isText = false;
        for (long offset = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var filled = 0;
            for (int read; filled < ChunkBytes && (read = RandomAccess.Read(handle, buffer.AsSpan(filled), offset + filled)) > 0;)
            {
                filled += read;
            }

            if (filled == 0)
            {
                break;
            }

            isText = offset == 0 ? LooksLikeText(buffer.AsSpan(0, Math.Min(filled, TextProbeBytes))) : isText;
            offset += filled;
            hash.AppendData(buffer, 0, isText ? DropCarriageReturns(buffer.AsSpan(0, filled)) : filled);
        }

        return Finish(hash);
    }

    /// <summary>The same for content in memory of at most 1 MiB.</summary>
    public static Md5Hash HashLegacy(ReadOnlySpan<byte> content)
    {
        var copy = content.ToArray();
        return LooksLikeText(content[..Math.Min(content.Length, TextProbeBytes)]) ? Hash(copy.AsSpan(0, DropCarriageReturns(copy))) : Hash(content);
    }

    /// <summary>Hashes a stream to its end: plain, or as DVC 2.x.</summary>
    public static async Task<Md5Hash> HashAsync(Stream content, bool isLegacy, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var isText = false;
            for (var isFirst = true; await content.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) is var filled and > 0; isFirst = false)
            {
                isText = isFirst ? isLegacy && LooksLikeText(buffer.AsSpan(0, Math.Min(filled, TextProbeBytes))) : isText;
                hash.AppendData(buffer, 0, isText ? DropCarriageReturns(buffer.AsSpan(0, filled)) : filled);
            }

            return Finish(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> start)
    {
        var strange = 0;
        foreach (var b in start)
        {
            if (b == 0)
            {
                return false;
            }

            strange += b is (>= 0x20 and <= 0x7E) or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\f' or (byte)'\b' ? 0 : 1;
        }

        return strange <= 0.3 * start.Length;
    }

    private static int DropCarriageReturns(Span<byte> bytes)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != (byte)'\r' || i + 1 == bytes.Length || bytes[i + 1] != (byte)'\n')
            {
                bytes[length++] = bytes[i];
            }
        }

        return length;
    }

    /// <summary>Begins a hash of what comes piece by piece.</summary>
    public static IncrementalHash CreateHash() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    /// <summary>Ends a hash.</summary>
    public static Md5Hash Finish(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[MD5.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return Md5Hash.FromBytes(bytes);
    }
}
