using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Removes what nothing refers to, in steps of which each waits for the grace period, so that no push at the same time loses a pack. All times are the store's own.</summary>
internal sealed class ChunkCollector(IBlobStore blobs, ManifestLog log, ChunkStoreOptions options, ChunkRepack repack)
{
    private const string ProbePrefix = "clock/";

    public async Task<ChunkCollection> RunAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        var catalog = await log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var blobsOfPacks = await ListAsync(PackFormat.Prefix, cancellationToken).ConfigureAwait(false);
        var manifests = await ListAsync(ManifestFormat.Prefix, cancellationToken).ConfigureAwait(false);
        if (catalog.Generation == 0 && blobsOfPacks.Count == 0)
        {
            return new ChunkCollection { Repacked = 0, Condemned = 0, Waiting = 0, Deleted = 0, DeletedManifests = 0, DeletedBytes = 0 };
        }

        var repacked = await repack.RunAsync(catalog, isDryRun, cancellationToken).ConfigureAwait(false);
        catalog = await log.GetAsync(cancellationToken).ConfigureAwait(false);
        var now = await AskTimeAsync(cancellationToken).ConfigureAwait(false);
        var limit = now - options.GracePeriod;
        var plan = Plan.Make(catalog, now, limit);
        if (!isDryRun && !plan.IsEmpty)
        {
            catalog = await log.CommitAsync(
                current =>
                {
                    plan = Plan.Make(current, now, limit);
                    return plan.IsEmpty ? null : plan.ToChange();
                },
                cancellationToken).ConfigureAwait(false);
        }

        // Only now: after the commit nobody can begin to use them again. A pack that nothing lists is of a push that is at work, or never ended.
        var dropped = plan.Expired.Select(static p => p.Record.Id).ToHashSet();
        var packs = blobsOfPacks.Where(b => PackRecord.TryParseName(b.Name, out var id)
            && (dropped.Contains(id) || (!catalog.TryFindAnyPack(id, out _) && b.LastModified <= limit))).ToArray();
        var old = manifests.Where(b => ManifestFormat.TryParseName(b.Name, out var generation)
            && generation < catalog.Generation && generation != catalog.Header.Base && b.LastModified <= limit).ToArray();
        if (!isDryRun)
        {
            await blobs.DeleteAsync([.. packs.Concat(old).Select(static b => b.Name)], cancellationToken).ConfigureAwait(false);
        }

        return new ChunkCollection
        {
            Repacked = repacked,
            Condemned = plan.Condemned.Count,
            Waiting = isDryRun ? catalog.Condemned.Count + plan.Condemned.Count - plan.Expired.Count : catalog.Condemned.Count,
            Deleted = packs.Length,
            DeletedManifests = old.Length,
            DeletedBytes = packs.Concat(old).Sum(static b => b.Length),
        };
    }

    /// <summary>The store's clock: what it says of a blob written now.</summary>
    private async Task<DateTimeOffset> AskTimeAsync(CancellationToken cancellationToken)
    {
        var leftovers = await ListAsync(ProbePrefix, cancellationToken).ConfigureAwait(false);
        var name = $"{ProbePrefix}{Guid.NewGuid():n}";
        using var content = new MemoryStream();
        await blobs.PutAsync(name, content, PutCondition.None, cancellationToken).ConfigureAwait(false);
        var probe = await blobs.FindAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException($"'{blobs.Location}' does not have the blob '{name}', which it has just taken. Collect when the store is in order.");
        await blobs.DeleteAsync([name, .. leftovers.Where(b => b.LastModified < probe.LastModified - TimeSpan.FromHours(1)).Select(static b => b.Name)], cancellationToken).ConfigureAwait(false);
        return probe.LastModified;
    }

    private async Task<List<BlobInfo>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var list = new List<BlobInfo>();
        await foreach (var blob in blobs.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            list.Add(blob);
        }

        return list;
    }

    private sealed record Plan(List<CondemnedPack> Condemned, List<CondemnedPack> Expired)
    {
        public bool IsEmpty => Condemned.Count == 0 && Expired.Count == 0;

        public static Plan Make(ChunkCatalog catalog, DateTimeOffset now, DateTimeOffset limit)
        {
            var used = catalog.Contents.SelectMany(static c => c.Value.Runs).Select(static r => r.Pack).ToHashSet();
            var since = now.ToUnixTimeMilliseconds() * 1000;
            return new Plan(
                [.. catalog.Packs.Where(p => !used.Contains(p.Id)).Select(p => new CondemnedPack(p, since))],
                [.. catalog.Condemned.Values.Where(c => c.Since <= limit.ToUnixTimeMilliseconds() * 1000)]);
        }

        public CatalogChange ToChange()
        {
            var change = new CatalogChange();
            change.Condemned.AddRange(Condemned);
            change.RemovedPacks.AddRange(Expired.Select(static c => c.Record.Id));
            return change;
        }
    }
}
