using System.Collections.Concurrent;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Reads every pack that the newest manifest lists, verifies every byte of it, and names what is wrong.</summary>
internal sealed class ChunkVerifier(PackStore packs, ChunkStoreOptions options)
{
    public async Task<ChunkVerification> RunAsync(ChunkCatalog catalog, CancellationToken cancellationToken)
    {
        var faults = new ConcurrentBag<ChunkFault>();
        var damaged = new ConcurrentDictionary<ContentDigest, bool>();
        var indexes = new ConcurrentDictionary<ContentDigest, PackIndex>();
        long chunks = 0;
        long bytes = 0;
        var all = catalog.Packs.Concat(catalog.Condemned.Values.Select(static c => c.Record)).ToArray();
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelism, CancellationToken = cancellationToken }, async (pack, token) =>
        {
            try
            {
                indexes[pack.Id] = await VerifyAsync(pack, catalog.Keys, token).ConfigureAwait(false);
                Interlocked.Add(ref chunks, pack.Count);
            }
            catch (ChunkStoreException e) when (e.Problem is ChunkProblem.Corrupt or ChunkProblem.Missing)
            {
                faults.Add(new ChunkFault(e.Blob, e.Problem, e.Message));
                damaged[pack.Id] = true;
            }

            Interlocked.Add(ref bytes, pack.Length);
        }).ConfigureAwait(false);

        var names = new List<string>();
        foreach (var (name, content) in catalog.Contents)
        {
            if (content.Runs.Any(r => damaged.ContainsKey(r.Pack)))
            {
                names.Add(name);
            }
            else if (Misfit(content, indexes) is { } details)
            {
                faults.Add(new ChunkFault(ManifestFormat.NameOf(catalog.Generation), ChunkProblem.Corrupt, $"'{name}': {details}"));
                names.Add(name);
            }
        }

        return new ChunkVerification
        {
            Packs = all.Length,
            Chunks = chunks,
            Bytes = bytes,
            Faults = [.. faults.OrderBy(static f => f.Blob, StringComparer.Ordinal)],
            DamagedNames = [.. names.Order(StringComparer.Ordinal)],
        };
    }

    private async Task<PackIndex> VerifyAsync(PackRecord pack, ChunkKeys keys, CancellationToken cancellationToken)
    {
        // From the store itself, not from a copy.
        packs.Forget(pack.Id);
        var tail = new byte[PackFormat.TailLength(pack.Count, keys.IsEncrypted)];
        await packs.ReadAsync(pack, pack.Length - tail.Length, tail, cancellationToken).ConfigureAwait(false);
        var index = packs.Keep(pack, tail, keys);
        var stream = await packs.OpenAsync(pack, 0, pack.Length - tail.Length, cancellationToken).ConfigureAwait(false);
        var reader = new PackRangeReader(packs, pack, stream);
        await using (reader.ConfigureAwait(false))
        {
            using var decoder = new ChunkDecoder(index, keys, packs.Compression);
            try
            {
                PackFormat.CheckHeader((await reader.ReadAsync(PackFormat.HeaderLength, cancellationToken).ConfigureAwait(false)).Span, keys.IsEncrypted);
            }
            catch (InvalidDataException e)
            {
                throw ChunkStoreException.Corrupt(pack.BlobName, e.Message, e);
            }

            for (var i = 0; i < index.Count; i++)
            {
                decoder.Decode(i, await reader.ReadAsync(index[i].StoredLength, cancellationToken).ConfigureAwait(false));
            }
        }

        await packs.ThrowIfOtherLengthAsync(pack, cause: null, cancellationToken).ConfigureAwait(false);
        return index;
    }

    private static string? Misfit(ContentRecord content, ConcurrentDictionary<ContentDigest, PackIndex> indexes)
    {
        try
        {
            long length = 0;
            foreach (var run in content.Runs)
            {
                if (!indexes.TryGetValue(run.Pack, out var index))
                {
                    return $"needs the pack {run.Pack.Hex}, which is not listed";
                }

                length += ChunkRuns.RawLength(index, run);
            }

            ChunkRuns.RequireLength(content, length);
            return null;
        }
        catch (ChunkStoreException e)
        {
            return e.Message;
        }
    }
}
