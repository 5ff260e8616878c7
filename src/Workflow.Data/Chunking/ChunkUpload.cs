using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Stores contents: packs first, then one manifest that names them. Of uploads of one store object one runs at a time.</summary>
internal sealed class ChunkUpload(IBlobStore blobs, ManifestLog log, PackStore packs, ChunkStoreOptions options, TimeProvider clock) : IDisposable
{
    // A manifest on the way each GiB: what is sent by then is not sent again after a crash, and does not wait for the grace period.
    private const int PacksBetweenManifests = 16;
    private const int MaximumAttempts = 5;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ChunkDirectory _directory = new();

    /// <summary>Stores contents, whose names all differ. A name that is there gets the new content if the upload replaces, and is left out otherwise.</summary>
    public async Task<ChunkUploadResult> RunAsync(IReadOnlyList<ChunkSource> sources, bool replaces, IProgress<ChunkProgress>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await TryRunAsync(sources, replaces, progress, cancellationToken).ConfigureAwait(false);
                }
                catch (StaleChangeException e) when (attempt == MaximumAttempts)
                {
                    throw new ChunkStoreException(
                        ChunkProblem.Contention, ManifestFormat.Prefix, $"Packs that this push builds on were collected from '{blobs.Location}' {MaximumAttempts} times meanwhile. Push again when no collection runs.", e);
                }
                catch (StaleChangeException)
                {
                    // Another process made the store at the same time, or collected packs: once more with what there is now.
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ChunkUploadResult> TryRunAsync(IReadOnlyList<ChunkSource> sources, bool replaces, IProgress<ChunkProgress>? progress, CancellationToken cancellationToken)
    {
        var catalog = await log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var wanted = replaces ? sources : [.. sources.Where(s => !catalog.TryFind(s.Name, out _))];
        var meter = new ProgressMeter(progress, wanted.Count, clock);
        if (wanted.Count == 0)
        {
            meter.Report();
            return new ChunkUploadResult { Added = 0, Present = sources.Count, BytesRead = 0, BytesReused = 0, BytesUploaded = 0 };
        }

        await LoadDirectoryAsync(catalog, cancellationToken).ConfigureAwait(false);
        var assembly = new PackAssembly(blobs, packs, options, catalog, _directory);
        await using (assembly.ConfigureAwait(false))
        {
            var commits = new UploadCommits(log, blobs, catalog.Keys, assembly, options, clock) { Replaces = replaces };
            assembly.BeforePackAsync = token => commits.UncommittedPacks >= PacksBetweenManifests ? commits.CommitAsync(isLast: false, token) : Task.CompletedTask;
            await CutAllAsync(wanted, new CutContext(catalog.Keys, assembly, commits, meter), cancellationToken).ConfigureAwait(false);
            await assembly.CompleteAsync(cancellationToken).ConfigureAwait(false);
            await commits.CommitAsync(isLast: true, cancellationToken).ConfigureAwait(false);
            foreach (var pack in assembly.Sent)
            {
                _directory.Add(pack);
            }

            meter.Report();
            return new ChunkUploadResult
            {
                Added = commits.Added,
                Present = sources.Count - commits.Added,
                BytesRead = meter.Bytes,
                BytesReused = assembly.BytesReused,
                BytesUploaded = assembly.BytesUploaded,
            };
        }
    }

    private async Task LoadDirectoryAsync(ChunkCatalog catalog, CancellationToken cancellationToken)
    {
        _directory.KeepWithin(catalog);

        // Of a chunk that is in several packs the place that is learnt last stays: rather one that is in use.
        var missing = catalog.Condemned.Values.Select(static c => c.Record).Concat(catalog.Packs).Where(p => !_directory.Has(p.Id)).ToArray();
        foreach (var part in missing.Chunk(256))
        {
            var indexes = new PackIndex?[part.Length];
            await Parallel.ForAsync(0, part.Length, Parallelism(cancellationToken), async (i, token) =>
            {
                try
                {
                    indexes[i] = await packs.GetIndexAsync(part[i], catalog.Keys, token).ConfigureAwait(false);
                }
                catch (ChunkStoreException e) when (e.Problem is ChunkProblem.Corrupt or ChunkProblem.Missing)
                {
                    // What cannot be read is not built upon: its chunks are stored again. Verification names it.
                    indexes[i] = null;
                }
            }).ConfigureAwait(false);
            foreach (var index in indexes)
            {
                if (index is not null)
                {
                    _directory.Add(index);
                }
            }
        }
    }

    private async Task CutAllAsync(IReadOnlyList<ChunkSource> sources, CutContext context, CancellationToken cancellationToken)
    {
        var cutters = new System.Collections.Concurrent.ConcurrentBag<ChunkCutter>();
        await Parallel.ForEachAsync(sources, Parallelism(cancellationToken), async (source, token) =>
        {
            var cutter = cutters.TryTake(out var kept) ? kept : new ChunkCutter(context.Keys, packs.Compression, context.Assembly, context.Meter);
            try
            {
                context.Commits.Add(await cutter.CutAsync(source, token).ConfigureAwait(false));
                context.Meter.AddFile();
            }
            catch (ChunkSourceException e) when (source.Refused is { } refused)
            {
                // Chunks of it that are in a pack by now are nobody's: they wait to be used, or collected with their pack.
                refused(e);
            }

            cutters.Add(cutter);
        }).ConfigureAwait(false);
    }

    private ParallelOptions Parallelism(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = options.MaxParallelism, CancellationToken = cancellationToken };

    private sealed record CutContext(ChunkKeys Keys, PackAssembly Assembly, UploadCommits Commits, ProgressMeter Meter);
}
