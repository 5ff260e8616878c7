using System.Globalization;
using System.Runtime.CompilerServices;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A remote that is a <see cref="ChunkStore"/>: its contents have the names that DVC's remotes have, so that an export is a remote of DVC.</summary>
internal sealed class ChunkRemote : ObjectRemote
{
    private static readonly string[] OwnPrefixes = [ManifestFormat.Prefix, PackFormat.Prefix, "clock/"];
    private readonly IBlobStore _blobs;
    private readonly ChunkStore _store;

    public ChunkRemote(string name, IBlobStore blobs, ChunkStoreOptions options, int? jobs, TimeProvider clock)
        : base(name, jobs) => (_blobs, _store) = (blobs, new ChunkStore(blobs, options, clock));

    public override IBlobStore Store => _store;

    public override Task<IReadOnlyDictionary<ObjectId, long>> FindAsync(IReadOnlyCollection<ObjectId> wanted, int jobs, CancellationToken cancellationToken) => ExplainAsync<IReadOnlyDictionary<ObjectId, long>>(async () =>
    {
        var catalog = await ReadCatalogAsync(cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<ObjectId, long>();
        foreach (var id in wanted)
        {
            if (catalog.TryFind(BlobOf(id), out var content))
            {
                found[id] = content.Length;
            }
        }

        return found;
    });

    public override Task<IReadOnlyDictionary<ObjectId, byte[]>> ReadAsync(IReadOnlyCollection<ObjectId> ids, long maximumBytes, int jobs, CancellationToken cancellationToken) => ExplainAsync<IReadOnlyDictionary<ObjectId, byte[]>>(async () =>
    {
        var catalog = await ReadCatalogAsync(cancellationToken).ConfigureAwait(false);
        var there = new List<(ObjectId Id, ContentRecord Content)>();
        foreach (var id in ids)
        {
            if (catalog.TryFind(BlobOf(id), out var content))
            {
                there.Add(content.Length <= maximumBytes ? (id, content)
                    : throw new DvcException($"The object {id.Name} in the {Shown} has {content.Length} bytes; a list of files has at most {maximumBytes}."));
            }
        }

        var contents = there.Select(static t => t.Content).ToArray();
        var target = new MemoryTarget(contents);
        await _store.RestoreAsync(catalog, contents, target, cancellationToken).ConfigureAwait(false);
        return there.Select((t, i) => (t.Id, Bytes: target[i])).ToDictionary(static t => t.Id, static t => t.Bytes);
    });

    public override string Remedy(ObjectId id) => $"Take the name '{BlobOf(id)}' away there (ChunkStore.DeleteAsync) and push it again from a repository that has it.";

    public override Task FetchAsync(IReadOnlyCollection<ObjectId> ids, ObjectDownload download, ObjectStaging staging, CancellationToken cancellationToken) => ExplainAsync(async () =>
    {
        await new ChunkFetch(this, _store, download).RunAsync(ids, staging, cancellationToken).ConfigureAwait(false);
        return true;
    });

    public override Task PushAsync(IReadOnlyCollection<ObjectId> ids, ObjectUpload upload, CancellationToken cancellationToken) => ExplainAsync(async () =>
    {
        // What is there and is pushed all the same has the wrong length: it is replaced.
        var catalog = await _store.ReadCatalogAsync(isFresh: false, cancellationToken).ConfigureAwait(false);
        foreach (var group in ids.GroupBy(i => catalog.TryFind(BlobOf(i), out _)))
        {
            var sources = group.Select(id => new ChunkSource(BlobOf(id), token => ValueTask.FromResult(CachedObject.Open(upload.Context, id, token)))
            {
                Refused = e => upload.Failures[id] = e.Message,
            });
            var progress = new ChunkTransferProgress(upload.Meter);
            await _store.StoreAsync([.. sources], replaces: group.Key, progress, cancellationToken).ConfigureAwait(false);
        }

        return true;
    });

    public override async IAsyncEnumerable<RemoteObject> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var catalog = await ExplainAsync(() => ReadCatalogAsync(cancellationToken)).ConfigureAwait(false);
        foreach (var (name, content) in catalog.Contents)
        {
            if ((ObjectOf(name, isLegacy: false) ?? ObjectOf(name, isLegacy: true)) is { } id)
            {
                yield return new RemoteObject(id, content.Length, DateTimeOffset.UnixEpoch.AddMicroseconds(content.Modified));
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The names go at once. Packs that nothing needs any more go when the grace period of the store has passed, at the first removal after it.</remarks>
    public override Task RemoveAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancellationToken) => ExplainAsync(async () =>
    {
        if (ids.Count > 0)
        {
            await _store.DeleteAsync([.. ids.Select(BlobOf)], cancellationToken).ConfigureAwait(false);
        }

        await _store.CollectAsync(isDryRun: false, cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>Writes everything to a plain place, each object's MD5 held against its name.</summary>
    /// <returns>What could not be written, and why.</returns>
    public Task<IReadOnlyList<string>> ExportAsync(IBlobStore target, TransferMeter meter, CancellationToken cancellationToken) => ExplainAsync<IReadOnlyList<string>>(async () =>
    {
        await ReadCatalogAsync(cancellationToken).ConfigureAwait(false);
        var (_, problems) = await _store.ExportVerifiedAsync(target, VerifyAsync, new ChunkTransferProgress(meter), cancellationToken).ConfigureAwait(false);
        return [.. problems.GroupBy(static p => p.Value, StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"The {Shown}: {g.Key} {g.Count()} object(s) were not exported, such as '{g.Min(static p => p.Key)}'."))];
    });

    /// <summary>Asks for the newest state, and refuses a place that holds something else.</summary>
    public async Task<ChunkCatalog> ReadCatalogAsync(CancellationToken cancellationToken)
    {
        var catalog = await _store.ReadCatalogAsync(isFresh: true, cancellationToken).ConfigureAwait(false);
        if (catalog.Generation == 0)
        {
            await foreach (var blob in _blobs.ListAsync("", cancellationToken).ConfigureAwait(false))
            {
                if (!Array.Exists(OwnPrefixes, p => blob.Name.StartsWith(p, StringComparison.Ordinal)))
                {
                    throw new DvcException($"The remote '{Name}' ({_blobs.Location}) is to be a chunk store, but holds '{blob.Name}' and no manifest: it is a plain remote, or something else. Give the chunk store a place of its own, or take {ChunkStoreConfiguration.Section}:{Name} out of the configuration.");
                }
            }
        }

        return catalog;
    }

    public override void Dispose()
    {
        _store.Dispose();
        (_blobs as IDisposable)?.Dispose();
    }

    private async Task<string?> VerifyAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        if ((ObjectOf(name, isLegacy: false) ?? ObjectOf(name, isLegacy: true)) is not { } id)
        {
            return null;
        }

        var actual = await FileHasher.HashAsync(content, isLegacy: false, cancellationToken).ConfigureAwait(false);
        if (actual != id.Md5 && id.IsLegacy)
        {
            content.Position = 0;
            actual = await FileHasher.HashAsync(content, isLegacy: true, cancellationToken).ConfigureAwait(false);
        }

        return actual == id.Md5 ? null : $"The object {id.Name} has the wrong content, with the MD5 {actual}. {Remedy(id)}";
    }

    private async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            // A ChunkStoreException, or what is left when the place itself has retried.
            throw new DvcException($"The {Shown}: {exception.Message}", exception);
        }
    }
}
