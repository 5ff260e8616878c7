namespace Workflow.Data.Chunking;

/// <summary>A content, or a part of it, read and verified chunk by chunk as it is needed. Not thread-safe.</summary>
internal sealed class ChunkContentStream : Stream
{
    private readonly PackStore _packs;
    private readonly ChunkKeys _keys;
    private readonly Run[] _runs;
    private readonly long _begin;
    private readonly long _length;
    private long _position;
    private int _run = -1;
    private int _nextChunk;
    private PackRangeReader? _reader;
    private ChunkDecoder? _decoder;
    private ReadOnlyMemory<byte> _chunk;
    private long _chunkBegin;

    private ChunkContentStream(PackStore packs, ChunkKeys keys, Run[] runs, long begin, long length) =>
        (_packs, _keys, _runs, _begin, _length) = (packs, keys, runs, begin, length);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Opens a part, which lies within the content.</summary>
    public static async Task<ChunkContentStream> OpenAsync(
        PackStore packs, ChunkCatalog catalog, ContentRecord content, (long Offset, long Length) part, CancellationToken cancellationToken)
    {
        var runs = new Run[content.Runs.Length];
        long begin = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var run = content.Runs[i];
            if (!catalog.TryFindPack(run.Pack, out var pack))
            {
                throw ChunkStoreException.Corrupt(ManifestFormat.NameOf(catalog.Generation), $"a content needs the pack {run.Pack.Hex}, which it does not list");
            }

            var index = await packs.GetIndexAsync(pack, catalog.Keys, cancellationToken).ConfigureAwait(false);
            runs[i] = new Run(index, run.First, run.Count, begin);
            begin += ChunkRuns.RawLength(index, run);
        }

        ChunkRuns.RequireLength(content, begin);
        return new ChunkContentStream(packs, catalog.Keys, runs, part.Offset, part.Length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= _length || buffer.Length == 0)
        {
            return 0;
        }

        var wanted = _begin + _position;
        if (wanted < _chunkBegin || wanted >= _chunkBegin + _chunk.Length)
        {
            await MoveToAsync(wanted, cancellationToken).ConfigureAwait(false);
        }

        var available = _chunk[(int)(wanted - _chunkBegin)..];
        var count = (int)Math.Min(Math.Min(available.Length, buffer.Length), _length - _position);
        available[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A content of a chunk store comes from afar: read it by ReadAsync or CopyToAsync.");

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => _length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader?.Dispose();
            _decoder?.Dispose();
            (_reader, _decoder) = (null, null);
        }

        base.Dispose(disposing);
    }

    private async ValueTask MoveToAsync(long wanted, CancellationToken cancellationToken)
    {
        // The chunk after the last one, as long as the run goes on; otherwise a new range.
        var next = _chunkBegin + _chunk.Length;
        if (_reader is null || wanted < next || wanted >= next + (1 << 20) || !await ReadUpToAsync(wanted, cancellationToken).ConfigureAwait(false))
        {
            await OpenRangeAsync(wanted, cancellationToken).ConfigureAwait(false);
            await ReadUpToAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>False when the open run ends before.</returns>
    private async ValueTask<bool> ReadUpToAsync(long wanted, CancellationToken cancellationToken)
    {
        var run = _runs[_run];
        while (_nextChunk < run.First + run.Count)
        {
            var row = run.Index[_nextChunk];
            var begin = _chunkBegin + _chunk.Length;
            var stored = await _reader!.ReadAsync(row.StoredLength, cancellationToken).ConfigureAwait(false);
            _chunk = _decoder!.Decode(_nextChunk, stored);
            _chunkBegin = begin;
            _nextChunk++;
            if (wanted < begin + _chunk.Length)
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask OpenRangeAsync(long wanted, CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        _run = Array.FindLastIndex(_runs, r => r.Begin <= wanted);
        var run = _runs[_run];
        var first = run.First;
        var begin = run.Begin;
        for (; begin + run.Index[first].RawLength <= wanted; first++)
        {
            begin += run.Index[first].RawLength;
        }

        // No more than the part that is wanted, in whole chunks.
        var end = first;
        for (var at = begin; end < run.First + run.Count && at < _begin + _length; end++)
        {
            at += run.Index[end].RawLength;
        }

        var offset = run.Index.OffsetOf(first);
        var stream = await _packs.OpenAsync(run.Index.Record, offset, run.Index.OffsetOf(end) - offset, cancellationToken).ConfigureAwait(false);
        _reader = new PackRangeReader(_packs, run.Index.Record, stream);
        _decoder = new ChunkDecoder(run.Index, _keys, _packs.Compression);
        (_nextChunk, _chunk, _chunkBegin) = (first, default, begin);
    }

    private async ValueTask CloseAsync()
    {
        if (_reader is not null)
        {
            await _reader.DisposeAsync().ConfigureAwait(false);
        }

        _decoder?.Dispose();
        (_reader, _decoder, _chunk, _chunkBegin) = (null, null, default, 0);
    }

    private readonly record struct Run(PackIndex Index, int First, int Count, long Begin);
}
