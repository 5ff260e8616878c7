using System.Collections;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>
/// Writes packs anew of which less than half the chunks are used: the used ones into further packs, then a manifest in which the contents lie there.
/// The old packs are then used by nobody, and go the way of such packs. A process that dies leaves packs that nothing refers to.
/// </summary>
internal sealed class ChunkRepack(IBlobStore blobs, ManifestLog log, PackStore packs, ChunkStoreOptions options, TimeProvider clock)
{
    // As many as one manifest then moves: what is sent by then is not sent again after a crash.
    private const int PacksAtOnce = 16;
    private const int BatchBytes = 1 << 20;

    /// <returns>How many packs were written anew, or would be.</returns>
    public async Task<long> RunAsync(ChunkCatalog catalog, bool isDryRun, CancellationToken cancellationToken)
    {
        var sparse = FindSparse(catalog);
        if (isDryRun)
        {
            return sparse.Count;
        }

        long repacked = 0;
        foreach (var part in sparse.Chunk(PacksAtOnce))
        {
            repacked += await RunAsync(catalog, part, cancellationToken).ConfigureAwait(false);
            catalog = await log.GetAsync(cancellationToken).ConfigureAwait(false);
        }

        return repacked;
    }

    private static List<(PackRecord Pack, BitArray Used)> FindSparse(ChunkCatalog catalog)
    {
        var used = new Dictionary<ContentDigest, BitArray>();
        foreach (var run in catalog.Contents.SelectMany(static c => c.Value.Runs))
        {
            if (!used.TryGetValue(run.Pack, out var chunks))
            {
                if (!catalog.TryFindPack(run.Pack, out var pack))
                {
                    continue;
                }

                used.Add(run.Pack, chunks = new BitArray(pack.Count));
            }

            for (var i = run.First; i < Math.Min(run.First + run.Count, chunks.Count); i++)
            {
                chunks[i] = true;
            }
        }

        return [.. used.Where(static u => 2 * Count(u.Value) < u.Value.Count).Select(u => (catalog.TryFindPack(u.Key, out var pack) ? pack : throw new StaleChangeException(), u.Value))];
    }

    private static long Count(BitArray chunks)
    {
        long count = 0;
        foreach (bool isUsed in chunks)
        {
            count += isUsed ? 1 : 0;
        }

        return count;
    }

    private async Task<long> RunAsync(ChunkCatalog catalog, (PackRecord Pack, BitArray Used)[] sparse, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var moved = new Dictionary<(ContentDigest Pack, int Chunk), ChunkPlace>();
        var assembly = new PackAssembly(blobs, packs, options, catalog, new ChunkDirectory());
        await using (assembly.ConfigureAwait(false))
        {
            var done = new HashSet<ContentDigest>();
            foreach (var (pack, used) in sparse)
            {
                try
                {
                    await CopyAsync(catalog, pack, used, assembly, moved, cancellationToken).ConfigureAwait(false);
                    done.Add(pack.Id);
                }
                catch (ChunkStoreException e) when (e.Problem is ChunkProblem.Corrupt or ChunkProblem.Missing)
                {
                    // What is damaged stays as it is: verification names it, and a collection must not stop for it.
                    foreach (var key in moved.Keys.Where(k => k.Pack == pack.Id).ToArray())
                    {
                        moved.Remove(key);
                    }
                }
            }

            await assembly.CompleteAsync(cancellationToken).ConfigureAwait(false);
            if (done.Count > 0)
            {
                await CommitAsync(catalog.Keys, assembly, moved, start, cancellationToken).ConfigureAwait(false);
            }

            return done.Count;
        }
    }

    private Task<ChunkCatalog> CommitAsync(
        ChunkKeys keys, PackAssembly assembly, Dictionary<(ContentDigest Pack, int Chunk), ChunkPlace> moved, long start, CancellationToken cancellationToken) => log.CommitAsync(
        current =>
        {
            if ((options.GracePeriod > TimeSpan.Zero && clock.GetElapsedTime(start) > options.GracePeriod / 2) || !ReferenceEquals(current.Keys, keys))
            {
                throw new ChunkStoreException(
                    ChunkProblem.Contention, PackFormat.Prefix, $"Packs were sent more than half the grace period of {options.GracePeriod} ago, or the store was made anew meanwhile. Collect again.");
            }

            var change = new CatalogChange();
            foreach (var (name, content) in current.Contents)
            {
                if (Move(content, moved) is { } runs)
                {
                    change.AddedContents.Add(KeyValuePair.Create(name, content with { Runs = runs }));
                }
            }

            change.AddedPacks.AddRange(assembly.Sent.Select(static p => p.Record));
            return change.AddedContents.Count == 0 ? null : change;
        },
        cancellationToken);

    /// <returns>The runs at the new places; null when none has moved.</returns>
    private static ChunkRun[]? Move(ContentRecord content, Dictionary<(ContentDigest Pack, int Chunk), ChunkPlace> moved)
    {
        // Somebody who has begun meanwhile to use further chunks of a pack keeps all of it.
        if (!Array.Exists(content.Runs, r => Enumerable.Range(r.First, r.Count).All(i => moved.ContainsKey((r.Pack, i)))))
        {
            return null;
        }

        var runs = new List<ChunkRun>();
        foreach (var run in content.Runs)
        {
            if (!Enumerable.Range(run.First, run.Count).All(i => moved.ContainsKey((run.Pack, i))))
            {
                runs.Add(run);
                continue;
            }

            for (var i = run.First; i < run.First + run.Count; i++)
            {
                var (pack, chunk) = moved[(run.Pack, i)];
                if (runs is [.., var last] && last.Pack == pack.Id && last.First + last.Count == chunk)
                {
                    runs[^1] = last with { Count = last.Count + 1 };
                }
                else
                {
                    runs.Add(new ChunkRun(pack.Id, chunk, 1));
                }
            }
        }

        return [.. runs];
    }

    private async Task CopyAsync(
        ChunkCatalog catalog, PackRecord pack, BitArray used, PackAssembly assembly, Dictionary<(ContentDigest Pack, int Chunk), ChunkPlace> moved, CancellationToken cancellationToken)
    {
        var index = await packs.GetIndexAsync(pack, catalog.Keys, cancellationToken).ConfigureAwait(false);
        using var decoder = new ChunkDecoder(index, catalog.Keys, packs.Compression);
        var batch = new ChunkBatch(2 * BatchBytes);
        var numbers = new List<int>();
        var places = new List<ChunkPlace>();
        for (var first = 0; first < used.Count;)
        {
            if (!used[first])
            {
                first++;
                continue;
            }

            var end = first;
            while (end < used.Count && used[end] && index.OffsetOf(end) - index.OffsetOf(first) < BatchBytes)
            {
                end++;
            }

            batch.Clear();
            numbers.Clear();
            places.Clear();
            var stored = new byte[index.OffsetOf(end) - index.OffsetOf(first)];
            await packs.ReadAsync(pack, index.OffsetOf(first), stored, cancellationToken).ConfigureAwait(false);
            for (; first < end; first++)
            {
                var at = (int)(index.OffsetOf(first) - (index.OffsetOf(end) - stored.Length));

                // Decoded, and so verified, into memory of its own: the decoder uses its buffer again.
                var chunk = decoder.Decode(first, stored.AsMemory(at, index[first].StoredLength)).ToArray();
                batch.Add(places.Count, index[first].Id, chunk, packs.Compression);
                numbers.Add(first);
                places.Add(default);
            }

            await assembly.AppendAsync(batch, places, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < numbers.Count; i++)
            {
                moved[(pack.Id, numbers[i])] = places[i];
            }
        }
    }
}
