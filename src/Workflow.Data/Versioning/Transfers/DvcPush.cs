using System.Globalization;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>
/// Pushes objects into remotes: files first, and a list of files only when all its files are there. A list that is there already proves
/// nothing: its files are looked for, too.
/// </summary>
internal sealed class DvcPush(RepositoryContext context, DataTransferOptions options, IProgress<TransferProgress>? progress, Action<string>? stepReached)
{
    private readonly TransferMeter _meter = new(progress, context.TimeProvider, DataMeter.Operations.Push);
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private long _bytesThere;

    public async Task<DataTransferResult> RunAsync(CancellationToken cancellationToken)
    {
        var planner = new TransferPlanner(context, options);
        planner.Check();
        // Others read meanwhile; nobody removes what is pushed.
        using var use = await CacheLock.AcquireSharedIfThereAsync(context, cancellationToken).ConfigureAwait(false);
        using var held = await DvcLock.AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false);
        using var remotes = new RemoteSet(context);
        var needed = (await planner.CollectAsync(cancellationToken).ConfigureAwait(false)).Where(static n => n.Output is { IsPushed: true, IsRepositoryImport: false }).ToList();
        if (options.RunCache)
        {
            var remote = remotes.Get(options.Remote);
            await new RunRecords(context, remote, _meter, planner.JobsOf(remote)).PushAsync(cancellationToken).ConfigureAwait(false);
        }

        if (needed.Count == 0)
        {
            _ = remotes.Get(options.Remote);
        }

        foreach (var (remote, outputs) in planner.ByRemote(needed, remotes).ToList())
        {
            await PushAsync(remote, outputs, planner.JobsOf(remote), cancellationToken).ConfigureAwait(false);
        }

        _meter.End();
        DataTelemetry.Meter.Dedup(DataMeter.Operations.Push, _bytesThere, _bytesThere + _meter.Bytes);
        return _failures.Count > 0
            ? throw new DvcException(DvcErrorKind.BadInput, [.. _failures])
            : new DataTransferResult { Objects = _meter.Objects, Bytes = _meter.Bytes, Missing = [.. _missing] };
    }

    private async Task PushAsync(ObjectRemote remote, IReadOnlyList<NeededOutput> outputs, int jobs, CancellationToken cancellationToken)
    {
        var lists = await FolderLists.ReadAsync(context, outputs, download: null, cancellationToken).ConfigureAwait(false);
        var files = outputs.SelectMany(lists.FilesOf).Select(static f => f.Id).ToHashSet();
        var folders = outputs.Select(static o => o.Id).Where(static i => i.IsFolder).ToHashSet();
        var there = await remote.FindAsync([.. files, .. folders], jobs, cancellationToken).ConfigureAwait(false);
        _missing.UnionWith(lists.Missing.Where(i => !there.ContainsKey(i)).Select(static i => i.Name));

        _bytesThere += files.Concat(folders).Where(i => IsThere(i, there)).Sum(i => there[i]);

        var upload = new ObjectUpload(context, remote, _meter, jobs, stepReached);
        var absent = files.Where(f => !IsThere(f, there)).ToList();
        var pushable = absent.Where(f => context.Cache.Contains(f.Name, f.IsLegacy)).ToHashSet();
        await upload.PushAsync(pushable, cancellationToken).ConfigureAwait(false);
        stepReached?.Invoke("files");

        var lost = absent.Where(f => !pushable.Contains(f) || upload.Failures.ContainsKey(f)).ToHashSet();
        _missing.UnionWith(absent.Where(f => !pushable.Contains(f)).Select(static f => f.Name));
        var complete = folders.Where(f => !lists.Missing.Contains(f) && !IsThere(f, there) && !outputs.Where(o => o.Id == f).SelectMany(lists.FilesOf).Any(e => lost.Contains(e.Id))).ToList();

        // Only a part of the folder was asked for: what lies beside it may never have been pushed.
        var parts = outputs.Where(static o => o.Inside is not null).Select(static o => o.Id).Except(outputs.Where(static o => o.Inside is null).Select(static o => o.Id)).ToHashSet();
        complete.RemoveAll(parts.Contains);
        await upload.PushAsync(complete, cancellationToken).ConfigureAwait(false);
        stepReached?.Invoke("lists");

        _failures.AddRange(upload.Failures.OrderBy(static f => f.Key.Name, StringComparer.Ordinal).Select(static f => f.Value));
        var held = folders.Count(f => !lists.Missing.Contains(f) && !IsThere(f, there) && !complete.Contains(f) && !parts.Contains(f));
        if (!upload.Failures.IsEmpty && held > 0)
        {
            _failures.Add(string.Create(CultureInfo.InvariantCulture, $"The lists of files of {held} folder(s) were not pushed to the {remote.Shown}, because some of their files were not."));
        }
    }

    // An object of another length in the remote is damaged, and pushed again.
    private bool IsThere(ObjectId id, IReadOnlyDictionary<ObjectId, long> there)
    {
        if (!there.TryGetValue(id, out var length))
        {
            return false;
        }

        var cached = new FileInfo(context.Cache.PathOf(id.Name, id.IsLegacy));
        return !cached.Exists || cached.Length == length;
    }
}
