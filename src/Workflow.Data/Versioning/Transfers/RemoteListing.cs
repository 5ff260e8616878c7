using System.Collections.Concurrent;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Finds which objects a remote has, with few requests: each is asked for, or all are listed, whatever takes fewer.</summary>
/// <remarks>
/// The hashes are spread evenly, so the objects under <c>files/md5/00</c> tell how many there are in all. A listing gives
/// <see cref="PageSize"/> names a request; a remote of many pages is listed by the first digits, at once.
/// </remarks>
internal sealed class RemoteListing(ObjectRemote remote, int jobs)
{
    /// <summary>How many names a listing gives with one request (that of S3; Azure gives more).</summary>
    internal const int PageSize = 1000;

    private const int Shards = 256;
    private const int AskEachBelow = 24;

    /// <summary>Gets those of the objects that are there, with their lengths.</summary>
    public async Task<IReadOnlyDictionary<ObjectId, long>> FindAsync(IReadOnlyCollection<ObjectId> wanted, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<ObjectId, long>();
        foreach (var group in wanted.GroupBy(static id => id.IsLegacy))
        {
            var ids = group.ToHashSet();
            if (ids.Count < AskEachBelow)
            {
                await AskEachAsync(ids, found, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var sample = await CountAsync(Prefix(group.Key, 0), ids.Count, cancellationToken).ConfigureAwait(false);
            var pages = (long)sample * Shards / PageSize;
            if (pages >= ids.Count)
            {
                await AskEachAsync(ids, found, cancellationToken).ConfigureAwait(false);
            }
            else if (pages <= jobs && !group.Key)
            {
                await ListAsync(ObjectRemote.ObjectPrefix, isLegacy: false, ids, found, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var shards = ids.Select(static i => (int)(byte)(i.Md5.Value >> 120)).Distinct();
                await Parallel.ForEachAsync(shards, Options(cancellationToken), async (shard, token) =>
                    await ListAsync(Prefix(group.Key, shard), group.Key, ids, found, token).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }

        return found;
    }

    private static string Prefix(bool isLegacy, int shard) => $"{(isLegacy ? "" : ObjectRemote.ObjectPrefix)}{shard:x2}/";

    private ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };

    private Task AskEachAsync(HashSet<ObjectId> ids, ConcurrentDictionary<ObjectId, long> found, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(ids, Options(cancellationToken), async (id, token) =>
        {
            if (await remote.Store.FindAsync(ObjectRemote.BlobOf(id), token).ConfigureAwait(false) is { } info)
            {
                found[id] = info.Length;
            }
        });

    // Counts on only as long as the answer can change what is done.
    private async Task<int> CountAsync(string prefix, int wanted, CancellationToken cancellationToken)
    {
        var enough = ((long)wanted * PageSize / Shards) + 1;
        var count = 0;
        await foreach (var _ in remote.Store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            if (++count >= enough)
            {
                break;
            }
        }

        return count;
    }

    private async Task ListAsync(string prefix, bool isLegacy, HashSet<ObjectId> ids, ConcurrentDictionary<ObjectId, long> found, CancellationToken cancellationToken)
    {
        await foreach (BlobInfo blob in remote.Store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            if (ObjectRemote.ObjectOf(blob.Name, isLegacy) is { } id && ids.Contains(id))
            {
                found[id] = blob.Length;
            }
        }
    }
}
