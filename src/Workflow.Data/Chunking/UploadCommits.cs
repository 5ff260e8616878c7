using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Names what one upload has sent in manifests. Adding is safe for concurrent use; commits come one at a time.</summary>
internal sealed class UploadCommits(ManifestLog log, IBlobStore blobs, ChunkKeys keys, PackAssembly assembly, ChunkStoreOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ContentDigest> _committed = [];
    private List<CutContent> _finished = [];
    private long _since = clock.GetTimestamp();

    public required bool Replaces { get; init; }

    /// <summary>Gets how many names this upload has added.</summary>
    public long Added { get; private set; }

    public int UncommittedPacks => assembly.Sent.Count - _committed.Count;

    public void Add(CutContent content)
    {
        lock (_lock)
        {
            _finished.Add(content);
        }
    }

    /// <summary>Writes a manifest. At the last one all packs are sent, so every finished content can be named; otherwise only those whose packs are.</summary>
    public async Task CommitAsync(bool isLast, CancellationToken cancellationToken)
    {
        var sent = assembly.Sent.Where(p => !_committed.Contains(p.Pack)).ToArray();
        var ids = sent.Select(static p => p.Pack).ToHashSet();
        var records = Take(c => c.Runs.All(r => !r.Pack.IsFresh || ids.Contains(r.Pack.Id) || _committed.Contains(r.Pack.Id)));
        var start = clock.GetTimestamp();
        var added = 0;
        await log.CommitAsync(
            catalog =>
            {
                RequireYoung();
                if (keys.IsEncrypted && !ReferenceEquals(catalog.Keys, keys))
                {
                    throw new StaleChangeException();
                }

                var change = new CatalogChange();
                change.AddedContents.AddRange(records.Where(r => Replaces || !catalog.TryFind(r.Key, out _)));
                added = change.AddedContents.Count;
                change.AddedPacks.AddRange(sent.Select(static p => p.Record));
                return isLast && added == 0 ? null : change;
            },
            cancellationToken).ConfigureAwait(false);
        Added += added;
        _committed.UnionWith(ids);
        await RequireThereAsync(ids, cancellationToken).ConfigureAwait(false);
        _since = start;
    }

    private KeyValuePair<string, ContentRecord>[] Take(Func<CutContent, bool> isReady)
    {
        var modified = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        lock (_lock)
        {
            var ready = _finished.Where(isReady).ToArray();
            _finished = [.. _finished.Except(ready)];
            return [.. ready.Select(c => KeyValuePair.Create(c.Name, c.ToRecord(modified)))];
        }
    }

    private void RequireYoung()
    {
        var age = clock.GetElapsedTime(_since);
        if (options.GracePeriod > TimeSpan.Zero && assembly.Sent.Count > 0 && age > options.GracePeriod / 2)
        {
            throw new ChunkStoreException(
                ChunkProblem.Contention, PackFormat.Prefix, $"Packs were sent {age} ago, more than half the grace period of {options.GracePeriod}: a collection may have removed them. Push again.");
        }
    }

    private async Task RequireThereAsync(HashSet<ContentDigest> ids, CancellationToken cancellationToken)
    {
        if (options.GracePeriod == TimeSpan.Zero || clock.GetElapsedTime(_since) <= options.GracePeriod)
        {
            return;
        }

        foreach (var name in ids.Select(PackRecord.NameOf))
        {
            if (await blobs.FindAsync(name, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new ChunkStoreException(
                    ChunkProblem.Missing, name, $"The pack '{name}' was collected while its manifest was being written, which took longer than the grace period of {options.GracePeriod}. Call RepairAsync and push again.");
            }
        }
    }
}
