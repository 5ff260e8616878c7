using System.Buffers.Binary;
using System.Security.Cryptography;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Reads one content after another, cuts it, names the chunks and hands the new ones on. Not thread-safe; one per worker.</summary>
internal sealed class ChunkCutter(ChunkKeys keys, ChunkCompression compression, PackAssembly assembly, ProgressMeter progress)
{
    private const int BufferBytes = 1 << 20;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly ChunkBatch _batch = new(BufferBytes);
    private readonly List<ChunkPlace> _places = [];
    private int _start;
    private int _end;

    public async Task<CutContent> CutAsync(ChunkSource source, CancellationToken cancellationToken)
    {
        _places.Clear();
        _batch.Clear();
        (_start, _end) = (0, 0);
        using var identity = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        identity.AppendData("workflow-content-1"u8);
        long length = 0;
        var stream = await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (await FillAsync(stream, cancellationToken).ConfigureAwait(false) is var isAtEnd && _end > _start)
            {
                length += CutBuffer(identity, isAtEnd);
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return new CutContent(source.Name, ContentDigest.FromHash(identity.GetHashAndReset()), length, [.. Runs()]);
    }

    /// <summary>Cuts what is in the buffer as far as the cuts are certain.</summary>
    private int CutBuffer(IncrementalHash identity, bool isAtEnd)
    {
        Span<byte> named = stackalloc byte[36];
        var begin = _start;
        while (_end > _start && (isAtEnd || _end - _start >= GearChunking.MaximumLength))
        {
            var chunk = _buffer.AsMemory(_start, GearChunking.FindCut(_buffer.AsSpan(_start, _end - _start), keys.Gear));
            var id = keys.Identify(chunk.Span);
            id.CopyTo(named);
            BinaryPrimitives.WriteInt32LittleEndian(named[32..], chunk.Length);
            identity.AppendData(named);
            if (assembly.TryFind(id, out var place))
            {
                assembly.CountReused(chunk.Length);
            }
            else
            {
                _batch.Add(_places.Count, id, chunk, compression);
            }

            _places.Add(place);
            _start += chunk.Length;
        }

        progress.AddBytes(_start - begin);
        return _start - begin;
    }

    /// <returns>Whether the buffer holds all that is left of the content.</returns>
    private async ValueTask<bool> FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (_end - _start >= GearChunking.MaximumLength)
        {
            return false;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < BufferBytes)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return true;
            }

            _end += read;
        }

        return false;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Items.Count > 0)
        {
            await assembly.AppendAsync(_batch, _places, cancellationToken).ConfigureAwait(false);
            _batch.Clear();
        }
    }

    private IEnumerable<CutRun> Runs()
    {
        for (var i = 0; i < _places.Count;)
        {
            var (pack, first) = _places[i];
            var count = 1;
            while (i + count < _places.Count && ReferenceEquals(_places[i + count].Pack, pack) && _places[i + count].Index == first + count)
            {
                count++;
            }

            yield return new CutRun(pack, first, count);
            i += count;
        }
    }
}
