using System.IO.Compression;
using ZstdSharp;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decompresses pages. Not thread-safe; one per pass over a file.</summary>
internal sealed class PageDecompressor : IDisposable
{
    private Decompressor? _zstandard;

    /// <param name="codec">How the page is compressed.</param>
    /// <param name="source">The compressed page; its bytes are borrowed.</param>
    /// <param name="destination">Exactly as long as the page says it is.</param>
    public void Decompress(Compression codec, ArraySegment<byte> source, Span<byte> destination)
    {
        switch (codec)
        {
            case Compression.None:
                Require(source.Count, destination.Length);
                source.AsSpan().CopyTo(destination);
                break;
            case Compression.Zstandard:
                _zstandard ??= new Decompressor();
                Require(Unwrap(_zstandard, source, destination), destination.Length);
                break;
            case Compression.Snappy:
                SnappyBlock.Decompress(source, destination);
                break;
            case Compression.Lz4:
                Lz4Block.Decompress(source, destination);
                break;
            case Compression.Gzip:
                using (var gzip = new GZipStream(Open(source), CompressionMode.Decompress))
                {
                    Fill(gzip, destination);
                }

                break;
            case Compression.Brotli:
                if (!BrotliDecoder.TryDecompress(source, destination, out var written))
                {
                    throw new MalformedException($"{destination.Length} bytes of Brotli data", "other data");
                }

                Require(written, destination.Length);
                break;
            default:
                throw new NotSupportedException($"Pages compressed as {codec} cannot be read; write the file with Zstandard, Snappy, Gzip, Brotli or LZ4_RAW.");
        }
    }

    public void Dispose() => _zstandard?.Dispose();

    private static int Unwrap(Decompressor zstandard, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        try
        {
            return zstandard.Unwrap(source, destination);
        }
        catch (ZstdException e)
        {
            throw new MalformedException($"{destination.Length} bytes of Zstandard data", e.Message);
        }
    }

    private static MemoryStream Open(ArraySegment<byte> source) => new(source.Array!, source.Offset, source.Count, writable: false);

    private static void Fill(GZipStream stream, Span<byte> destination)
    {
        try
        {
            Require(stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false), destination.Length);
        }
        catch (InvalidDataException e)
        {
            throw new MalformedException($"{destination.Length} bytes of Gzip data", e.Message);
        }
    }

    private static void Require(int actual, int expected)
    {
        if (actual != expected)
        {
            throw new MalformedException($"a page of {expected} bytes", $"{actual}");
        }
    }
}
