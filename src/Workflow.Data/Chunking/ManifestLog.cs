using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>The chain of manifests: finds the newest state with one listing, and adds to it so that of several writers none is lost. Safe for concurrent use.</summary>
internal sealed class ManifestLog(IBlobStore blobs, ChunkStoreOptions options, TimeProvider clock) : IDisposable
{
    // A full manifest up to this length is written again by every push: then one blob tells everything.
    private const int SmallBytes = 64 << 10;
    private const int MaximumAttempts = 1000;

    private readonly SemaphoreSlim _commits = new(1, 1);
    private readonly ChunkCompression _compression = new(level: 3);
    private readonly ChunkCache _cache = new(options.CacheFolder);
    private readonly Lock _swap = new();
    private Snapshot? _current;

    /// <summary>The newest state that is known, asking the store only when none is.</summary>
    public async Task<ChunkCatalog> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _current)?.Catalog ?? await RefreshAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The newest state: one request when nothing has changed, else two or three.</summary>
    public async Task<ChunkCatalog> RefreshAsync(CancellationToken cancellationToken) => (await RefreshSnapshotAsync(cancellationToken).ConfigureAwait(false)).Catalog;

    /// <summary>Adds a manifest.</summary>
    /// <param name="make">Makes the change for a state; asked again when another writer was faster. Null: nothing is to be done.</param>
    /// <param name="cancellationToken">Observed between requests.</param>
    /// <returns>The state with the change.</returns>
    public async Task<ChunkCatalog> CommitAsync(Func<ChunkCatalog, CatalogChange?> make, CancellationToken cancellationToken)
    {
        await _commits.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var snapshot = Volatile.Read(ref _current) ?? await RefreshSnapshotAsync(cancellationToken).ConfigureAwait(false);
            for (var attempt = 0; attempt < MaximumAttempts; attempt++)
            {
                // A number may be used again once its manifest has been swept: never build on a state as old as that.
                if (clock.GetElapsedTime(snapshot.Seen) > options.GracePeriod / 2 && options.GracePeriod > TimeSpan.Zero)
                {
                    snapshot = await RefreshSnapshotAsync(cancellationToken).ConfigureAwait(false);
                }

                if (make(snapshot.Catalog) is not { } change)
                {
                    return snapshot.Catalog;
                }

                var (next, blob) = Encode(snapshot.Catalog, change.ApplyTo(snapshot.Catalog));
                using var content = new MemoryStream(blob, writable: false);
                var put = clock.GetTimestamp();
                if (await blobs.PutAsync(ManifestFormat.NameOf(next.Generation), content, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false))
                {
                    RequireYoung(snapshot, next.Generation);
                    KeepCopy(next, blob);
                    Publish(new Snapshot(next, null, put));
                    return next;
                }

                var newer = await RefreshSnapshotAsync(cancellationToken).ConfigureAwait(false);
                if (newer.Catalog.Generation <= snapshot.Catalog.Generation)
                {
                    break;
                }

                snapshot = newer;
            }

            throw new ChunkStoreException(
                ChunkProblem.Contention,
                ManifestFormat.Prefix,
                $"'{blobs.Location}' refuses the next manifest but lists none that is newer, or other writers were faster {MaximumAttempts} times. Try again; nothing is lost.");
        }
        finally
        {
            _commits.Release();
        }
    }

    public void Dispose()
    {
        _commits.Dispose();
        _compression.Dispose();
        Volatile.Read(ref _current)?.Catalog.Keys.Dispose();
    }

    private void RequireYoung(Snapshot snapshot, long generation)
    {
        if (options.GracePeriod > TimeSpan.Zero && clock.GetElapsedTime(snapshot.Seen) > options.GracePeriod)
        {
            throw new ChunkStoreException(
                ChunkProblem.Contention,
                ManifestFormat.NameOf(generation),
                $"Writing a manifest took longer than the grace period of {options.GracePeriod}: it may not be the newest. Push again; what is missing is then added.");
        }
    }

    private async Task<Snapshot> RefreshSnapshotAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var seen = clock.GetTimestamp();
            var (newest, generation) = await FindNewestAsync(cancellationToken).ConfigureAwait(false);
            var current = Volatile.Read(ref _current);
            if (current is not null && current.Catalog.Generation == generation && (current.Blob is null || newest is null || current.Blob == newest))
            {
                return Publish(new Snapshot(current.Catalog, newest, seen));
            }

            if (newest is null)
            {
                return Publish(new Snapshot(await CreateEmptyAsync(cancellationToken).ConfigureAwait(false), null, seen));
            }

            try
            {
                return Publish(new Snapshot(await LoadAsync(generation, current?.Catalog, cancellationToken).ConfigureAwait(false), newest, seen));
            }
            catch (BlobNotFoundException e) when (attempt < 5)
            {
                // Another process has swept it, so there is a newer one.
                _ = e;
            }
            catch (BlobNotFoundException e)
            {
                throw new ChunkStoreException(
                    ChunkProblem.Missing, e.Name, $"The manifest '{e.Name}' is not in '{blobs.Location}', though the newest one needs it. Restore it from a backup.", e);
            }
        }
    }

    private async Task<(BlobInfo? Blob, long Generation)> FindNewestAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.ListAsync(ManifestFormat.Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (ManifestFormat.TryParseName(blob.Name, out var generation))
            {
                return (blob, generation);
            }
        }

        return (null, 0);
    }

    private async Task<ChunkCatalog> LoadAsync(long generation, ChunkCatalog? known, CancellationToken cancellationToken)
    {
        var blob = await ReadAsync(generation, cancellationToken).ConfigureAwait(false);
        var header = ManifestFormat.ReadHeader(blob, generation);
        var keys = await GetKeysAsync(header, known, cancellationToken).ConfigureAwait(false);
        var body = ManifestFormat.ReadBody(blob, header, keys, _compression);
        if (header.Base == generation)
        {
            _cache.Write(CacheName(header), blob);
            return new ChunkCatalog { Header = header, Base = body, Changes = null, Keys = keys, BaseLength = blob.Length, ChangesLength = 0 };
        }

        var isKnown = known is not null && known.Header.Base == header.Base && known.Generation > 0 && known.Header.StoreId.AsSpan().SequenceEqual(header.StoreId);
        var (full, fullLength) = isKnown ? (known!.Base, known.BaseLength) : await LoadFullAsync(header, keys, cancellationToken).ConfigureAwait(false);
        return new ChunkCatalog { Header = header, Base = full, Changes = body, Keys = keys, BaseLength = fullLength, ChangesLength = blob.Length };
    }

    private async Task<(ManifestBody Body, long Length)> LoadFullAsync(ManifestHeader changes, ChunkKeys keys, CancellationToken cancellationToken)
    {
        if (_cache.TryRead($"{Convert.ToHexStringLower(changes.StoreId)}-{changes.Base:x16}", ManifestFormat.MaximumBytes) is { } copy)
        {
            try
            {
                var copied = ManifestFormat.ReadHeader(copy, changes.Base);
                if (copied.Base == changes.Base && copied.StoreId.AsSpan().SequenceEqual(changes.StoreId))
                {
                    return (ManifestFormat.ReadBody(copy, copied, keys, _compression), copy.Length);
                }
            }
            catch (ChunkStoreException e)
            {
                // A damaged copy is none.
                _ = e;
            }
        }

        var blob = await ReadAsync(changes.Base, cancellationToken).ConfigureAwait(false);
        var header = ManifestFormat.ReadHeader(blob, changes.Base);
        if (header.Base != header.Generation || !header.StoreId.AsSpan().SequenceEqual(changes.StoreId))
        {
            throw ChunkStoreException.Corrupt(ManifestFormat.NameOf(changes.Base), $"manifest {changes.Generation} builds on it, but it is not a full manifest of the same store");
        }

        var body = ManifestFormat.ReadBody(blob, header, keys, _compression);
        _cache.Write(CacheName(header), blob);
        return (body, blob.Length);
    }

    private async Task<byte[]> ReadAsync(long generation, CancellationToken cancellationToken)
    {
        var name = ManifestFormat.NameOf(generation);
        var stream = await blobs.OpenReadAsync(name, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            var buffer = new byte[1 << 16];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (content.Length + read > ManifestFormat.MaximumBytes)
                {
                    throw ChunkStoreException.Corrupt(name, $"it has more than {ManifestFormat.MaximumBytes} bytes, no manifest has");
                }

                await content.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            return content.ToArray();
        }
    }

    private async Task<ChunkKeys> GetKeysAsync(ManifestHeader header, ChunkCatalog? known, CancellationToken cancellationToken)
    {
        var name = ManifestFormat.NameOf(header.Generation);
        if (header.IsEncrypted != options.Key is not null)
        {
            throw new ChunkStoreException(ChunkProblem.Key, name, header.IsEncrypted
                ? $"The chunk store '{blobs.Location}' is encrypted. Give its key: ChunkStoreOptions.KeyProvider, KeyFile or KeyVariable."
                : $"The chunk store '{blobs.Location}' is not encrypted, but a key is given. Leave the key out, or push to a new place.");
        }

        if (known is not null && (!header.IsEncrypted || known.Header.StoreId.AsSpan().SequenceEqual(header.StoreId)))
        {
            return known.Keys;
        }

        var keys = await DeriveAsync(header.StoreId, cancellationToken).ConfigureAwait(false);
        return keys.Check.AsSpan().SequenceEqual(header.KeyCheck)
            ? keys
            : throw new ChunkStoreException(ChunkProblem.Key, name, $"The key that was given is not the key of the chunk store '{blobs.Location}'. Give the key of its first push.");
    }

    private async Task<ChunkKeys> DeriveAsync(byte[] storeId, CancellationToken cancellationToken) => options.Key is { } provider
        ? ChunkKeys.Derive((await provider(cancellationToken).ConfigureAwait(false)).Span, storeId)
        : ChunkKeys.CreatePlain();

    private async Task<ChunkCatalog> CreateEmptyAsync(CancellationToken cancellationToken)
    {
        var storeId = System.Security.Cryptography.RandomNumberGenerator.GetBytes(ChunkKeys.StoreIdLength);
        var keys = await DeriveAsync(storeId, cancellationToken).ConfigureAwait(false);
        return new ChunkCatalog
        {
            Header = new ManifestHeader { Generation = 0, Base = 0, StoreId = storeId, KeyCheck = keys.Check, IsEncrypted = keys.IsEncrypted },
            Base = new ManifestBody(),
            Changes = null,
            Keys = keys,
            BaseLength = 0,
            ChangesLength = 0,
        };
    }

    private (ChunkCatalog Next, byte[] Blob) Encode(ChunkCatalog catalog, ManifestBody changes)
    {
        var generation = catalog.Generation + 1;
        if (catalog.BaseLength > SmallBytes)
        {
            var header = catalog.Header with { Generation = generation };
            var blob = ManifestFormat.Write(header, changes, catalog.Keys, _compression);

            // What a push adds is written again by each of the next ones until a full manifest ends that. With pushes that add "own" bytes
            // each, the sum of both costs is least when the changes have grown to the square root of 2 · full · own.
            var own = Math.Max(1024, blob.Length - catalog.ChangesLength);
            if (blob.Length <= SmallBytes || (double)blob.Length * blob.Length <= 2.0 * catalog.BaseLength * own)
            {
                return (new ChunkCatalog { Header = header, Base = catalog.Base, Changes = changes, Keys = catalog.Keys, BaseLength = catalog.BaseLength, ChangesLength = blob.Length }, blob);
            }
        }

        var state = new ChunkCatalog { Header = catalog.Header, Base = catalog.Base, Changes = changes, Keys = catalog.Keys, BaseLength = 0, ChangesLength = 0 };
        var fullHeader = catalog.Header with { Generation = generation, Base = generation };
        var full = state.Merge();
        var fullBlob = ManifestFormat.Write(fullHeader, full, catalog.Keys, _compression);
        return (new ChunkCatalog { Header = fullHeader, Base = full, Changes = null, Keys = catalog.Keys, BaseLength = fullBlob.Length, ChangesLength = 0 }, fullBlob);
    }

    private void KeepCopy(ChunkCatalog catalog, byte[] blob)
    {
        if (catalog.Changes is null)
        {
            _cache.Write(CacheName(catalog.Header), blob);
        }
    }

    private static string CacheName(ManifestHeader header) => $"{Convert.ToHexStringLower(header.StoreId)}-{header.Generation:x16}";

    private Snapshot Publish(Snapshot snapshot)
    {
        lock (_swap)
        {
            // Of two at once the one that asked the store later stays.
            if (_current is null || snapshot.Seen >= _current.Seen)
            {
                _current = snapshot;
            }

            return snapshot;
        }
    }

    /// <param name="Catalog">The state.</param>
    /// <param name="Blob">How the store lists its manifest; null where it has not been listed yet.</param>
    /// <param name="Seen">When the store was asked for the newest manifest.</param>
    private sealed record Snapshot(ChunkCatalog Catalog, BlobInfo? Blob, long Seen);
}
