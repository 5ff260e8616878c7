using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Fetches objects into the cache: files first; a list of files only when all that is wanted of it has come.</summary>
internal sealed class DvcFetch(RepositoryContext context, DataTransferOptions options, IProgress<TransferProgress>? progress, string operation = DataMeter.Operations.Fetch)
{
    private readonly TransferMeter _meter = new(progress, context.TimeProvider, operation);
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];

    public async Task<DataTransferResult> RunAsync(CancellationToken cancellationToken)
    {
        var planner = new TransferPlanner(context, options);
        planner.Check();
        // Others read meanwhile; nobody removes what has come.
        using var use = await CacheLock.AcquireSharedIfThereAsync(context, cancellationToken).ConfigureAwait(false);
        using var held = await DvcLock.AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false);
        return await RunLockedAsync(planner, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for a caller that holds the repository's lock.</summary>
    public async Task<DataTransferResult> RunLockedAsync(TransferPlanner planner, CancellationToken cancellationToken)
    {
        var needed = await planner.CollectAsync(cancellationToken).ConfigureAwait(false);
        using var remotes = new RemoteSet(context);
        if (options.RunCache)
        {
            var remote = remotes.Get(options.Remote);
            await new RunRecords(context, remote, _meter, planner.JobsOf(remote)).FetchAsync(cancellationToken).ConfigureAwait(false);
        }

        var wanted = needed.Where(static n => !n.Output.IsRepositoryImport).Where(IsIncomplete).ToList();
        await FetchImportsAsync(needed, cancellationToken).ConfigureAwait(false);
        if (context.Configuration.DefaultRemote is null && options.Remote is null)
        {
            // DVC says so and goes on: what is in the cache is enough for a checkout.
            _missing.UnionWith(wanted.Where(static n => n.Output.RemoteName is null).Select(static n => n.Id.Name));
            wanted.RemoveAll(static n => n.Output.RemoteName is null);
        }

        foreach (var (remote, outputs) in planner.ByRemote(wanted, remotes))
        {
            await FetchAsync(remote, outputs, planner.JobsOf(remote), cancellationToken).ConfigureAwait(false);
        }

        var elsewhere = new PartialImports(context, _meter, options.Jobs ?? Environment.ProcessorCount);
        await elsewhere.FetchAsync(planner.Elsewhere, cancellationToken).ConfigureAwait(false);
        _failures.AddRange(elsewhere.Failures);
        _meter.End();
        return _failures.Count > 0
            ? throw new DvcException(DvcErrorKind.BadInput, [.. _failures])
            : new DataTransferResult { Objects = _meter.Objects, Bytes = _meter.Bytes, Missing = [.. _missing] };
    }

    // What comes from another repository is in that one's remote.
    private async Task FetchImportsAsync(IReadOnlyList<NeededOutput> needed, CancellationToken cancellationToken)
    {
        var imports = needed.Where(n => n.Output.Import is { LockedRevision: not null } && !IsComplete(n));
        foreach (var group in imports.GroupBy(static n => (n.Output.Import!.Url, n.Output.Import.LockedRevision)))
        {
            try
            {
                foreach (var import in group)
                {
                    import.Output.Import!.Check();
                }

                using var source = await SourceRepository.CloneAsync(group.Key.Url, group.Key.LockedRevision, context.Root, (context.TimeProvider, context.Providers), cancellationToken).ConfigureAwait(false);
                foreach (var import in group)
                {
                    var content = new SourceContent(context, source, _meter, options.Jobs ?? Environment.ProcessorCount) { RemoteName = import.Output.Import!.RemoteName };
                    var recorded = await content.FetchAsync(import.Output.Import.Path, cancellationToken).ConfigureAwait(false);
                    if (recorded.Id != import.Output.Id)
                    {
                        _failures.Add($"'{import.Output.Path}' was imported as {import.Output.Id}, but '{group.Key.Url}' now holds {recorded.Id} at that commit. Import it again.");
                    }
                }
            }
            catch (DvcException exception)
            {
                _failures.AddRange(exception.Problems.Select(p => $"{string.Join(", ", group.Select(static n => $"'{n.Output.Path}'"))}: {p}"));
            }
        }
    }

    private bool IsComplete(NeededOutput needed)
    {
        if (!needed.Id.IsFolder)
        {
            return context.Cache.Contains(needed.Id.Name);
        }

        return context.Cache.TryReadDirectory(needed.Id.Name, needed.Id.IsLegacy, asksRemote: false) is { } list
            && list.Entries.Where(e => needed.Wants(e.Path)).All(e => context.Cache.Contains(e.Md5.ToString(), needed.Id.IsLegacy));
    }

    private bool IsIncomplete(NeededOutput needed) => needed.Id.IsFolder || !context.Cache.Contains(needed.Id.Name, needed.Id.IsLegacy);

    private async Task FetchAsync(ObjectRemote remote, IReadOnlyList<NeededOutput> outputs, int jobs, CancellationToken cancellationToken)
    {
        var download = new ObjectDownload(context, remote, _meter, jobs);
        var lists = await FolderLists.ReadAsync(context, outputs, download, cancellationToken).ConfigureAwait(false);
        _missing.UnionWith(lists.Missing.Select(static i => i.Name));

        var files = outputs.SelectMany(lists.FilesOf).Select(static f => f.Id).Where(i => !context.Cache.Contains(i.Name, i.IsLegacy)).ToHashSet();
        if (files.Count == 0 && lists.Fetched.Count == 0)
        {
            return;
        }

        using var staging = new ObjectStaging(context.Cache, context.OwnFolder);
        await download.FetchAsync(files, staging, cancellationToken).ConfigureAwait(false);
        var complete = lists.Fetched.Keys.Where(id => outputs.Where(o => o.Id == id).SelectMany(lists.FilesOf).All(f => context.Cache.Contains(f.Id.Name, f.Id.IsLegacy) || download.Damaged.ContainsKey(f.Id))).ToList();
        _meter.Expect(complete.Count);
        lists.Store(complete, staging, cancellationToken);
        complete.ForEach(id =>
        {
            _meter.Add(lists.Fetched[id].Bytes.Length);
            _meter.Finish();
        });
        await ExplainAsync(remote, outputs, lists, download, cancellationToken).ConfigureAwait(false);
    }

    // A list of files in the remote promises the files: one that is not there is an error. What nobody ever pushed is merely missing.
    private async Task ExplainAsync(ObjectRemote remote, IReadOnlyList<NeededOutput> outputs, FolderLists lists, ObjectDownload download, CancellationToken cancellationToken)
    {
        _failures.AddRange(download.Failures.OrderBy(static f => f.Key.Name, StringComparer.Ordinal).Select(static f => f.Value).Distinct(StringComparer.Ordinal));
        if (download.Missing.IsEmpty)
        {
            return;
        }

        var promising = new Dictionary<ObjectId, bool>();
        foreach (var output in outputs)
        {
            foreach (var (path, id) in lists.FilesOf(output).Where(f => download.Missing.ContainsKey(f.Id)))
            {
                if (output.Id.IsFolder && !promising.TryGetValue(output.Id, out var isPromised))
                {
                    isPromised = promising[output.Id] = lists.Fetched.ContainsKey(output.Id)
                        || (await remote.FindAsync([output.Id], jobs: 1, cancellationToken).ConfigureAwait(false)).Count > 0;
                }
                else
                {
                    isPromised = output.Id.IsFolder && promising[output.Id];
                }

                if (isPromised)
                {
                    _failures.Add($"The {remote.Shown} has the list of files of '{output.Output.Path}' ({output.Id.Name}), but not the object {id.Name} of '{path}'. Push it again from a repository that has it, or fetch it from another remote (-r).");
                }
                else
                {
                    _missing.Add(id.Name);
                    download.DropFolder(id);
                }
            }
        }
    }
}
