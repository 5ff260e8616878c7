using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Compares the cache with a remote: <c>dvc status --cloud</c>. A list of files that only the remote has goes into the cache, as with DVC.</summary>
internal sealed class DvcCloudStatus(RepositoryContext context, DataTransferOptions options)
{
    public async Task<DataCloudStatus> RunAsync(CancellationToken cancellationToken)
    {
        var planner = new TransferPlanner(context, options);
        planner.Check();
        // Others read meanwhile; nobody removes what is compared.
        using var use = await CacheLock.AcquireSharedIfThereAsync(context, cancellationToken).ConfigureAwait(false);
        using var held = await DvcLock.AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false);
        using var remotes = new RemoteSet(context);
        var remote = remotes.Get(options.Remote);
        var jobs = planner.JobsOf(remote);

        // DVC leaves out what other remotes have: imports and outputs with a remote of their own.
        var needed = (await planner.CollectAsync(cancellationToken).ConfigureAwait(false)).Where(static n => n.Output is { RemoteName: null, IsPushed: true, IsRepositoryImport: false }).ToList();
        var download = new ObjectDownload(context, remote, new TransferMeter(progress: null, context.TimeProvider), jobs);
        var lists = await FolderLists.ReadAsync(context, needed, download, cancellationToken).ConfigureAwait(false);
        if (lists.Fetched.Count > 0)
        {
            using var staging = new ObjectStaging(context.Cache, context.OwnFolder);
            lists.Store(lists.Fetched.Keys, staging, cancellationToken);
        }

        var names = Names(needed, lists);
        var there = await remote.FindAsync(names.Keys, jobs, cancellationToken).ConfigureAwait(false);
        var states = new Dictionary<string, DataCloudState>(StringComparer.Ordinal);
        foreach (var (id, name) in names)
        {
            if (lists.Missing.Contains(id))
            {
                continue;
            }

            var isCached = context.Cache.Contains(id.Name, id.IsLegacy);
            if (isCached != there.ContainsKey(id) || !isCached)
            {
                states[name] = isCached ? DataCloudState.New : there.ContainsKey(id) ? DataCloudState.Deleted : DataCloudState.Missing;
            }
        }

        return new DataCloudStatus
        {
            Paths = [.. states.OrderBy(static s => s.Key, CodePointComparer.Instance)],
            MissingLists = [.. lists.Missing.Select(static i => i.Name).Order(StringComparer.Ordinal)],
        };
    }

    // Content that several paths have is told under one of them: DVC takes whichever its walk finds first, we the first by file.
    private Dictionary<ObjectId, string> Names(List<NeededOutput> needed, FolderLists lists)
    {
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var names = new Dictionary<ObjectId, string>();
        foreach (var output in needed)
        {
            names.TryAdd(output.Id, Shown(output.Output.Path, folder));
            foreach (var (path, id) in lists.FilesOf(output))
            {
                names.TryAdd(id, Shown(path, folder));
            }
        }

        return names;
    }

    private string Shown(string path, string folder) => Path.GetRelativePath(folder, context.FullPath(path)).Replace(Path.DirectorySeparatorChar, '/');
}
