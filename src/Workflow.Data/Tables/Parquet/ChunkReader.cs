using System.Buffers;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Reads the pages of one column, row group after row group. Not thread-safe.</summary>
/// <remarks>Holds one page and a window of the file, never a whole row group.</remarks>
internal sealed class ChunkReader(SafeFileHandle file, IReadOnlyList<ColumnChunk> chunks, PageDecompressor decompressor) : IDisposable
{
    /// <summary>The most that one page may take decompressed: 256 MiB; common writers make pages of 1 MiB.</summary>
    public const int MaximumPageBytes = 1 << 28;

    /// <summary>How many bytes after <see cref="PageEnd"/> are readable, so that decoders can load whole words.</summary>
    public const int Padding = 16;

    private const int WindowBytes = 1 << 18;
    private const int MaximumHeaderBytes = 1 << 24;
    private byte[] _window = [];
    private int _windowStart;
    private int _windowEnd;
    private long _offset;
    private long _left;

    public int RowGroup { get; private set; } = -1;

    public PageHeader Header { get; private set; }

    /// <summary>Gets the array that holds the decompressed page from 0 to <see cref="PageEnd"/>.</summary>
    public byte[] Page { get; private set; } = [];

    public int PageEnd { get; private set; }

    /// <summary>Gets whether the current row group has more pages.</summary>
    public bool HasPage => _left > 0 || _windowEnd > _windowStart;

    public void StartRowGroup()
    {
        var chunk = chunks[++RowGroup];
        (_offset, _left) = (chunk.Start, chunk.Length);
        (_windowStart, _windowEnd) = (0, 0);
    }

    public async ValueTask ReadPageAsync(CancellationToken cancellationToken)
    {
        int headerLength;
        var wanted = Math.Min(4096, WindowBytes);
        while (!TryReadHeader(out headerLength))
        {
            if (_left == 0 || wanted > MaximumHeaderBytes)
            {
                throw new MalformedException("a page header within its column", $"one that goes on after {_windowEnd - _windowStart} bytes");
            }

            wanted = Math.Max(wanted, 2 * (_windowEnd - _windowStart));
            await FillAsync((int)Math.Min(wanted, _left + _windowEnd - _windowStart), cancellationToken).ConfigureAwait(false);
        }

        _windowStart += headerLength;
        var header = Header;
        if (header.CompressedSize > _left + _windowEnd - _windowStart)
        {
            throw new MalformedException($"a page of at most the {_left + _windowEnd - _windowStart} bytes left in its column", $"{header.CompressedSize}");
        }

        await FillAsync(header.CompressedSize, cancellationToken).ConfigureAwait(false);
        var stored = new ArraySegment<byte>(_window, _windowStart, header.CompressedSize);
        if (header.Checksum is { } expected && Crc32.HashToUInt32(stored) is var actual && actual != expected)
        {
            throw new MalformedException($"a page with the checksum {expected:x8}", $"{actual:x8}");
        }

        Decompress(header, stored);
        _windowStart += header.CompressedSize;
    }

    public void Dispose()
    {
        Return(_window);
        Return(Page);
        (_window, Page) = ([], []);
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryReadHeader(out int length)
    {
        length = 0;
        if (_windowStart == _windowEnd)
        {
            return false;
        }

        try
        {
            Header = PageHeader.Read(_window.AsSpan(_windowStart, _windowEnd - _windowStart), out length);
            return true;
        }
        catch (EndOfBytesException)
        {
            return false;
        }
    }

    private void Decompress(in PageHeader header, ArraySegment<byte> stored)
    {
        var codec = chunks[RowGroup].Codec;
        var levels = header.Kind == PageKind.DataVersion2 ? (long)header.DefinitionBytes + header.RepetitionBytes : 0;
        if (levels > Math.Min(stored.Count, header.UncompressedSize))
        {
            throw new MalformedException($"levels within a page of {Math.Min(stored.Count, header.UncompressedSize)} bytes", $"{levels} bytes of them");
        }

        var bound = Math.Min(MaximumPageBytes, MaximumRatio(codec) * (stored.Count + 64L));
        if (header.UncompressedSize > bound)
        {
            throw new MalformedException($"a page of at most {bound} bytes after {codec} decompression of {stored.Count}", $"{header.UncompressedSize}");
        }

        PageEnd = header.UncompressedSize;
        if (Page.Length < PageEnd + Padding)
        {
            Return(Page);
            Page = [];
            Page = ArrayPool<byte>.Shared.Rent(PageEnd + Padding);
        }

        if (header.Kind == PageKind.Index)
        {
            return;
        }

        // Version 2 keeps its levels outside the compressed part.
        stored[..(int)levels].AsSpan().CopyTo(Page);
        var isCompressed = header.IsCompressed || header.Kind != PageKind.DataVersion2;
        var values = Page.AsSpan((int)levels, PageEnd - (int)levels);
        var rest = stored[(int)levels..];
        if (!(values.IsEmpty && rest.Count == 0))
        {
            decompressor.Decompress(isCompressed ? codec : Compression.None, rest, values);
        }

        Page.AsSpan(PageEnd, Padding).Clear();
    }

    // What a codec can reach at best, so that a page cannot claim memory that its bytes cannot fill.
    private static long MaximumRatio(Compression codec) => codec switch
    {
        Compression.None => 1,
        Compression.Snappy => 64,
        Compression.Lz4 => 256,
        Compression.Gzip => 1040,
        _ => 1 << 16,
    };

    /// <summary>Makes at least this many bytes available in the window.</summary>
    private async ValueTask FillAsync(int bytes, CancellationToken cancellationToken)
    {
        var held = _windowEnd - _windowStart;
        if (held >= bytes)
        {
            return;
        }

        var size = (int)Math.Min(Math.Max(bytes, WindowBytes), held + _left);
        if (_window.Length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(size);
            _window.AsSpan(_windowStart, held).CopyTo(larger);
            Return(_window);
            _window = larger;
        }
        else
        {
            _window.AsSpan(_windowStart, held).CopyTo(_window);
        }

        (_windowStart, _windowEnd) = (0, held);
        while (_windowEnd < bytes)
        {
            var read = await RandomAccess.ReadAsync(file, _window.AsMemory(_windowEnd, size - _windowEnd), _offset, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new MalformedException($"{bytes - _windowEnd} more bytes at {_offset}", "the end of the file");
            }

            _windowEnd += read;
            _offset += read;
            _left -= read;
        }
    }
}
