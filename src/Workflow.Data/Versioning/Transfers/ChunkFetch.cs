using System.Globalization;
using Workflow.Data.Chunking;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Brings objects of a chunk store into the cache, in the order of its packs, so that each is read about once; made durable a quarter of a GiB at a time.</summary>
internal sealed class ChunkFetch(ChunkRemote remote, ChunkStore store, ObjectDownload download)
{
    private const long RoundBytes = 256 << 20;
    private const int RoundObjects = 16_384;

    public async Task RunAsync(IReadOnlyCollection<ObjectId> ids, ObjectStaging staging, CancellationToken cancellationToken)
    {
        var catalog = await store.ReadCatalogAsync(isFresh: false, cancellationToken).ConfigureAwait(false);
        if (ids.Any(i => !catalog.TryFind(ObjectRemote.BlobOf(i), out _)))
        {
            catalog = await remote.ReadCatalogAsync(cancellationToken).ConfigureAwait(false);
        }

        var there = new List<(ObjectId Id, ContentRecord Content)>(ids.Count);
        foreach (var id in ids)
        {
            // As DVC does, whether or not the object comes.
            download.MakeFolder(id);
            if (catalog.TryFind(ObjectRemote.BlobOf(id), out var content))
            {
                there.Add((id, content));
            }
            else
            {
                download.Missing[id] = true;
            }
        }

        there.Sort(static (a, b) => Place(a.Content).CompareTo(Place(b.Content)));
        var failed = new Dictionary<ObjectId, ChunkStoreException>();
        for (var begin = 0; begin < there.Count;)
        {
            var end = begin;
            for (long bytes = 0; end < there.Count && end - begin < RoundObjects && (end == begin || bytes + there[end].Content.Length <= RoundBytes); end++)
            {
                bytes += there[end].Content.Length;
            }

            await FetchRoundAsync(catalog, there.GetRange(begin, end - begin), staging, failed, cancellationToken).ConfigureAwait(false);
            staging.Commit(cancellationToken);
            begin = end;
        }

        Explain(failed);
    }

    private static (UInt128 Pack, int Chunk) Place(ContentRecord content) => content.Runs is [var run, ..] ? (run.Pack.Leading, run.First) : default;

    // A connection that breaks costs what was on its way of the contents that are not whole.
    private async Task FetchRoundAsync(
        ChunkCatalog catalog, List<(ObjectId Id, ContentRecord Content)> round, ObjectStaging staging, Dictionary<ObjectId, ChunkStoreException> failed, CancellationToken cancellationToken)
    {
        await BrokenStream.RetryAsync(
            download.Context.TimeProvider,
            async _ =>
            {
                using var target = new CacheTarget([.. round.Select(static r => r.Id)], [.. round.Select(static r => r.Content)], download, staging);
                try
                {
                    await store.RestoreAsync(catalog, [.. round.Select(static r => r.Content)], target, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    var left = round.Where((_, i) => !target.IsDone(i)).ToList();
                    round.Clear();
                    round.AddRange(left);
                }

                foreach (var (id, problem) in target.Failed)
                {
                    failed[id] = problem;
                }
            },
            static () => 0,
            static () => { },
            cancellationToken).ConfigureAwait(false);
    }

    // One message for each blob that is damaged, whatever number of objects need it.
    private void Explain(Dictionary<ObjectId, ChunkStoreException> failed)
    {
        foreach (var group in failed.GroupBy(static f => f.Value.Blob))
        {
            var first = group.MinBy(static f => f.Key.Name, StringComparer.Ordinal);
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"The {remote.Shown}: {first.Value.Message} {group.Count()} object(s) that need it could not be fetched, such as {first.Key.Name}.");
            foreach (var (id, _) in group)
            {
                download.NoteDamaged(id, text);
            }
        }
    }
}
