using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>The lists of files of the folders in a transfer: from the cache or, verified, from a remote.</summary>
internal sealed class FolderLists
{
    private readonly Dictionary<ObjectId, DirectoryObject> _lists = [];

    /// <summary>Gets the lists that came from the remote: the cache does not have them yet.</summary>
    public Dictionary<ObjectId, DirectoryObject> Fetched { get; } = [];

    /// <summary>Gets the lists that neither has.</summary>
    public HashSet<ObjectId> Missing { get; } = [];

    public static async Task<FolderLists> ReadAsync(
        RepositoryContext context, IEnumerable<NeededOutput> needed, ObjectDownload? download, CancellationToken cancellationToken)
    {
        var lists = new FolderLists();
        var absent = new List<ObjectId>();
        foreach (var id in needed.Select(static n => n.Id).Where(static i => i.IsFolder).Distinct())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (context.Cache.TryReadDirectory(id.Name, id.IsLegacy, asksRemote: false) is { } cached && cached.Md5 == id.Md5)
            {
                lists._lists[id] = cached;
            }
            else
            {
                absent.Add(id);
            }
        }

        if (download is not null && absent.Count > 0)
        {
            foreach (var (id, list) in await download.ReadListsAsync(absent, cancellationToken).ConfigureAwait(false))
            {
                lists._lists[id] = lists.Fetched[id] = list;
            }
        }

        lists.Missing.UnionWith(absent.Where(i => !lists.Fetched.ContainsKey(i)));
        return lists;
    }

    /// <summary>Gets the files of an output that are wanted: those in its list, or itself. Nothing when its list is missing.</summary>
    public IEnumerable<(string Path, ObjectId Id)> FilesOf(NeededOutput needed)
    {
        if (!needed.Id.IsFolder)
        {
            return [(needed.Output.Path, needed.Id)];
        }

        return _lists.TryGetValue(needed.Id, out var list)
            ? list.Entries.Where(e => needed.Wants(e.Path)).Select(e => ($"{needed.Output.Path}/{e.Path}", new ObjectId(e.Md5, IsFolder: false, needed.Id.IsLegacy)))
            : [];
    }

    /// <summary>Puts fetched lists into the cache.</summary>
    /// <param name="ids">Which of <see cref="Fetched"/>.</param>
    /// <param name="staging">Commits at once.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    public void Store(IEnumerable<ObjectId> ids, ObjectStaging staging, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            staging.Write(id.Name, Fetched[id].Bytes, id.IsLegacy);
        }

        staging.Commit(cancellationToken);
    }
}
