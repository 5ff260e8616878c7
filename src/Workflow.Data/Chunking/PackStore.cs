using System.Collections.Concurrent;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Reads packs. Safe for concurrent use.</summary>
internal sealed class PackStore(IBlobStore blobs, ChunkStoreOptions options)
{
    private const long MaximumRows = 4 << 20;
    private readonly ConcurrentDictionary<ContentDigest, PackIndex> _indexes = new();
    private readonly ChunkCache _cache = new(options.CacheFolder);
    private long _rows;

    public ChunkCompression Compression { get; } = new(options.CompressionLevel);

    /// <summary>Gets the index of a pack: from memory, from the cache folder, or with one request.</summary>
    public async ValueTask<PackIndex> GetIndexAsync(PackRecord pack, ChunkKeys keys, CancellationToken cancellationToken)
    {
        if (_indexes.TryGetValue(pack.Id, out var known))
        {
            return known;
        }

        var length = PackFormat.TailLength(pack.Count, keys.IsEncrypted);
        if (_cache.TryRead(pack.Id.Hex, length) is { } copy)
        {
            try
            {
                return Keep(PackIndex.Read(pack, copy, keys));
            }
            catch (InvalidDataException e)
            {
                // A damaged copy is none.
                _ = e;
            }
        }

        var tail = new byte[length];
        await ReadAsync(pack, pack.Length - length, tail, cancellationToken).ConfigureAwait(false);
        return Keep(pack, tail, keys);
    }

    /// <summary>Takes the index of a pack of which the tail is at hand.</summary>
    /// <exception cref="ChunkStoreException">It is not the tail of that pack.</exception>
    public PackIndex Keep(PackRecord pack, ReadOnlySpan<byte> tail, ChunkKeys keys)
    {
        try
        {
            var index = PackIndex.Read(pack, tail, keys);
            _cache.Write(pack.Id.Hex, tail);
            return Keep(index);
        }
        catch (InvalidDataException e)
        {
            throw ChunkStoreException.Corrupt(pack.BlobName, e.Message, e);
        }
    }

    /// <summary>Opens a part of a pack; the caller disposes it.</summary>
    public async Task<Stream> OpenAsync(PackRecord pack, long offset, long length, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.OpenReadAsync(pack.BlobName, offset, length, cancellationToken).ConfigureAwait(false);
        }
        catch (BlobNotFoundException e)
        {
            throw new ChunkStoreException(
                ChunkProblem.Missing, pack.BlobName, $"The pack '{pack.BlobName}' is not in '{blobs.Location}'. Restore it from a backup, or let RepairAsync drop it and push its contents again.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            await ThrowIfOtherLengthAsync(pack, e, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    public async Task ReadAsync(PackRecord pack, long offset, Memory<byte> target, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(pack, offset, target.Length, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                await stream.ReadExactlyAsync(target, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                await ThrowIfOtherLengthAsync(pack, e, cancellationToken).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Tells a pack that has been cut short from a connection that has.</summary>
    public async Task ThrowIfOtherLengthAsync(PackRecord pack, Exception? cause, CancellationToken cancellationToken)
    {
        if (await blobs.FindAsync(pack.BlobName, cancellationToken).ConfigureAwait(false) is { } blob && blob.Length != pack.Length)
        {
            throw ChunkStoreException.Corrupt(pack.BlobName, $"it has {blob.Length} bytes, expected {pack.Length}", cause);
        }
    }

    public void Forget(ContentDigest pack) => _indexes.TryRemove(pack, out _);

    private PackIndex Keep(PackIndex index)
    {
        if (_indexes.TryAdd(index.Pack, index) && Interlocked.Add(ref _rows, index.Count) > MaximumRows)
        {
            _indexes.Clear();
            Interlocked.Exchange(ref _rows, 0);
        }

        return index;
    }
}
