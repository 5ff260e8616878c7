using System.Collections.Concurrent;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>The packs that one upload makes: chunks of all workers go into one pack after another, which are sent while the next one fills. Safe for concurrent use.</summary>
internal sealed class PackAssembly(IBlobStore blobs, PackStore packs, ChunkStoreOptions options, ChunkCatalog catalog, ChunkDirectory directory) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ContentDigest, ChunkPlace> _fresh = new();
    private readonly ConcurrentBag<byte[]> _buffers = [];
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _slots = new(options.MaxUploads, options.MaxUploads);
    private readonly List<Task> _sending = [];
    private readonly ConcurrentQueue<PackIndex> _sent = new();
    private PackBuilder? _builder;
    private long _reused;
    private long _uploaded;

    /// <summary>Gets or sets what is done, alone, before a further pack begins.</summary>
    public Func<CancellationToken, Task>? BeforePackAsync { get; set; }

    public long BytesReused => Interlocked.Read(ref _reused);

    public long BytesUploaded => Interlocked.Read(ref _uploaded);

    /// <summary>Gets the packs that are in the store by now, in no particular order.</summary>
    public IReadOnlyCollection<PackIndex> Sent => _sent;

    public bool TryFind(ContentDigest chunk, out ChunkPlace place) => directory.TryFind(chunk, out place) || _fresh.TryGetValue(chunk, out place);

    public void CountReused(int bytes) => Interlocked.Add(ref _reused, bytes);

    /// <summary>Puts the chunks of a batch into packs, those that another worker has put there meanwhile excepted, and notes their places.</summary>
    public async Task AppendAsync(ChunkBatch batch, List<ChunkPlace> places, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var item in batch.Items)
            {
                if (_fresh.TryGetValue(item.Id, out var place))
                {
                    CountReused(item.RawLength);
                }
                else
                {
                    if (_builder is not null && !_builder.HasRoomFor(item.Stored.Length))
                    {
                        await SealAsync(cancellationToken).ConfigureAwait(false);
                        await (BeforePackAsync?.Invoke(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
                    }

                    _builder ??= new PackBuilder(catalog.Keys, options.MaxPackBytes, _buffers.TryTake(out var buffer) ? buffer : new byte[1 << 20]);
                    place = new ChunkPlace(_builder.Reference, _builder.Add(item.Id, item.RawLength, item.Stored.Span, item.Stored.Length < item.RawLength));
                    _fresh[item.Id] = place;
                }

                places[item.Place] = place;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends the pack that is being filled and waits until all are in the store.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_builder is not null)
        {
            await SealAsync(cancellationToken).ConfigureAwait(false);
        }

        await Task.WhenAll(_sending).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _builder?.Dispose();
        _gate.Dispose();
        _slots.Dispose();
    }

    private async Task SealAsync(CancellationToken cancellationToken)
    {
        using var builder = _builder!;
        var pack = builder.Complete();
        _builder = null;
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);

        // A pack that could not be sent ends the upload here, not after hours more of reading.
        foreach (var failed in _sending.Where(static t => t.IsFaulted || t.IsCanceled))
        {
            await failed.ConfigureAwait(false);
        }

        _sending.RemoveAll(static t => t.IsCompletedSuccessfully);
        _sending.Add(SendAsync(pack, cancellationToken));
    }

    private async Task SendAsync(CompletedPack pack, CancellationToken cancellationToken)
    {
        try
        {
            // Off the caller, who holds the gate: a store may work synchronously.
            await Task.Yield();
            using var content = new MemoryStream(pack.Buffer, 0, checked((int)pack.Record.Length), writable: false);

            // False: the store has it from a first try of which the answer was lost. No two packs have one name.
            await blobs.PutAsync(pack.Record.BlobName, content, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
            Interlocked.Add(ref _uploaded, pack.Record.Length);
            _sent.Enqueue(packs.Keep(pack.Record, pack.Tail, catalog.Keys));
            _buffers.Add(pack.Buffer);
        }
        finally
        {
            _slots.Release();
        }
    }
}
