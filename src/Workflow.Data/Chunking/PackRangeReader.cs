namespace Workflow.Data.Chunking;

/// <summary>Reads stored chunks one after another from a part of a pack. Not thread-safe.</summary>
internal sealed class PackRangeReader(PackStore packs, PackRecord pack, Stream stream) : IAsyncDisposable, IDisposable
{
    private readonly byte[] _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(1 << 20);
    private int _start;
    private int _end;

    /// <summary>Reads exactly so many bytes, at most half a MiB; they are valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(int length, CancellationToken cancellationToken)
    {
        if (_end - _start < length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            while (_end < length)
            {
                var read = await ReadSomeAsync(cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    var cause = new EndOfStreamException($"The pack '{pack.BlobName}' ended early.");
                    await packs.ThrowIfOtherLengthAsync(pack, cause, cancellationToken).ConfigureAwait(false);
                    throw cause;
                }

                _end += read;
            }
        }

        _start += length;
        return _buffer.AsMemory(_start - length, length);
    }

    public async ValueTask SkipAsync(long length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var part = (int)Math.Min(length, 1 << 19);
            await ReadAsync(part, cancellationToken).ConfigureAwait(false);
            length -= part;
        }
    }

    public void Dispose()
    {
        System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
        stream.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
        return stream.DisposeAsync();
    }

    private async ValueTask<int> ReadSomeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await packs.ThrowIfOtherLengthAsync(pack, e, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }
}
