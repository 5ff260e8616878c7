using System.Collections.Concurrent;
using ZstdSharp;

namespace Workflow.Data.Chunking;

/// <summary>Zstandard with the contexts kept. Safe for concurrent use.</summary>
internal sealed class ChunkCompression(int level) : IDisposable
{
    private readonly ConcurrentBag<Compressor> _compressors = [];
    private readonly ConcurrentBag<Decompressor> _decompressors = [];

    public bool IsOn => level > 0;

    /// <summary>Compresses into a target as long as the source, when that saves at least a sixteenth.</summary>
    /// <returns>The length in the target; null: keep the source as it is.</returns>
    public int? TryCompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (level == 0 || source.Length < 64)
        {
            return null;
        }

        var compressor = _compressors.TryTake(out var kept) ? kept : new Compressor(level);
        var isShorter = compressor.TryWrap(source, target[..(source.Length - (source.Length / 16))], out var written);
        _compressors.Add(compressor);
        return isShorter ? written : null;
    }

    /// <summary>Decompresses what anybody may have written into a target as long as the content: more is refused by the decoder, less by us.</summary>
    public void Decompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var decompressor = _decompressors.TryTake(out var kept) ? kept : new Decompressor();
        var hasFit = false;
        var written = 0;
        try
        {
            hasFit = decompressor.TryUnwrap(source, target, out written);
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException($"its Zstandard frame cannot be read ({e.Message})", e);
        }
        finally
        {
            _decompressors.Add(decompressor);
        }

        if (!hasFit || written != target.Length)
        {
            throw new InvalidDataException($"its Zstandard frame gives {(hasFit ? $"{written}" : "more")} bytes, expected {target.Length}");
        }
    }

    public void Dispose()
    {
        foreach (var compressor in _compressors)
        {
            compressor.Dispose();
        }

        foreach (var decompressor in _decompressors)
        {
            decompressor.Dispose();
        }
    }
}
