using System.Collections.Immutable;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Revisions;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning;

/// <summary>
/// Removes from the cache, and from remotes when asked to, what nothing in scope refers to. Lists of files go first: a kill at any moment leaves no list whose files
/// are gone. Nobody adds meanwhile, and what is not understood is not removed.
/// </summary>
internal sealed class DvcGc(RepositoryContext context, DataGcOptions options, Action<string>? stepReached)
{
    private readonly TransferPlanner _planner = new(context, new DataTransferOptions { Remote = options.Remote, Jobs = options.Jobs });

    public async Task<DataGcResult> RunAsync(CancellationToken cancellationToken)
    {
        CheckOptions();
        var projects = options.Projects.Select(p => RepositoryContext.Load(Path.TrimEndingDirectorySeparator(Path.GetFullPath(p)), context.TimeProvider, context.Configuration.LockTimeout)).ToList();
        var locks = new List<IDisposable>();
        try
        {
            if (Directory.Exists(context.Cache.Folder))
            {
                locks.Add(await CacheLock.AcquireExclusiveAsync(context, cancellationToken).ConfigureAwait(false));
            }

            foreach (var repository in projects.Append(context).DistinctBy(static r => r.Root).OrderBy(static r => r.Root, StringComparer.Ordinal))
            {
                locks.Add(await DvcLock.AcquireAsync(repository.DvcFolder, repository.Configuration, repository.TimeProvider, cancellationToken).ConfigureAwait(false));
            }

            stepReached?.Invoke("locked");
            return await CollectAsync(projects, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            locks.Reverse();
            locks.ForEach(static l => l.Dispose());
        }
    }

    private void CheckOptions()
    {
        if (!options.Workspace && !options.AllBranches && !options.AllTags && !options.AllCommits && !options.AllExperiments && options.Revisions.Count == 0 && options.Since is null)
        {
            throw new DvcException("Nothing says what to keep. Set at least one of --workspace, --all-branches, --all-tags, --all-experiments, --all-commits, --date and --rev.");
        }

        if (options.CommitCount is { } count && (count < 1 || (options.Revisions.Count == 0 && !options.AllBranches)))
        {
            throw new DvcException($"--num is {count}: it takes a number from 1, and needs --rev or --all-branches to count from.");
        }

        if (options.Cloud && options.NotInRemote)
        {
            throw new DvcException("--cloud and --not-in-remote exclude each other: one cleans the remote, the other the cache of what the remote has.");
        }

        if (options.Remote is not null && !options.Cloud && !options.NotInRemote)
        {
            throw new DvcException($"--remote is '{options.Remote}': it needs --cloud or --not-in-remote. Without them no remote is asked.");
        }

        _planner.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.GracePeriod, TimeSpan.Zero, nameof(options));
    }

    private async Task<DataGcResult> CollectAsync(IReadOnlyList<RepositoryContext> projects, CancellationToken cancellationToken)
    {
        using var remotes = new RemoteSet(context);
        var uses = options.Cloud || options.NotInRemote ? new RemoteUses(remotes, options.Remote) : null;
        var pins = PinFile.Read(context, options.Pins);
        var used = new HashSet<ObjectId>();
        var missing = new HashSet<ObjectId>();
        var fetched = new List<DirectoryObject>();
        var damaged = new List<string>();
        foreach (var repository in projects.Append(context))
        {
            var collector = new UsedObjectCollector(repository) { SkipsFailed = options.SkipFailed, Pinned = repository == context ? pins.Objects : null };
            var outputs = await collector.CollectOutputsAsync(Scope(repository == context ? pins.Revisions : []), cancellationToken).ConfigureAwait(false);
            (ObjectRemote?, IReadOnlyCollection<TrackedOutput>)[] all = [(null, outputs)];
            foreach (var (remote, some) in uses?.Split(outputs, isOther: repository != context).Append((null, [])) ?? all)
            {
                var objects = await collector.ExpandAsync(some, (id, token) => FetchListAsync(remotes, remote, id, token), cancellationToken).ConfigureAwait(false);
                uses?.Add(remote, objects);
                used.UnionWith(objects.All);
                missing.UnionWith(objects.MissingLists);
                fetched.AddRange(objects.FetchedLists);
                damaged.AddRange(objects.DamagedLists);
            }
        }

        if (damaged.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput,
            [
                .. damaged.Distinct(StringComparer.Ordinal),
                "What these list is not known, so nothing was removed. Find them with workflow data scrub, then fetch them again or remove them.",
            ]);
        }

        if (options.Cloud && missing.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput,
            [
                .. missing.Select(static m => $"The list of files {m.Name} is neither in the cache nor in its remote.").Order(StringComparer.Ordinal),
                "What these list is not known here, but perhaps to others who use the remote, so nothing was removed. Fetch or push them from a repository that has them, or give up what refers to them.",
            ]);
        }

        if (options.NotInRemote)
        {
            used.ExceptWith(await FindInRemotesAsync(uses!, cancellationToken).ConfigureAwait(false));
        }

        var (garbage, young) = FindGarbage(used, cancellationToken);
        var remoteGarbage = new List<(RemoteGarbage Remote, ImmutableArray<GarbageObject> Garbage)>();
        foreach (var (remote, objects) in options.Cloud ? uses!.All : [])
        {
            var collection = new RemoteGarbage(remote, context.TimeProvider);
            objects.UnionWith(uses!.Everywhere);
            var (found, youngRemotely) = await collection.FindAsync(objects, options.GracePeriod, cancellationToken).ConfigureAwait(false);
            remoteGarbage.Add((collection, found));
            young += youngRemotely;
        }

        stepReached?.Invoke("collected");
        if (!options.Dry)
        {
            KeepLists(fetched, cancellationToken);
            foreach (var item in garbage)
            {
                cancellationToken.ThrowIfCancellationRequested();
                File.Delete(item.Path);
                stepReached?.Invoke("removed");
            }

            foreach (var (remote, found) in remoteGarbage)
            {
                await remote.RemoveAsync(found, stepReached, cancellationToken).ConfigureAwait(false);
            }
        }

        return new DataGcResult
        {
            Removed = [.. garbage, .. remoteGarbage.SelectMany(static r => r.Garbage)],
            IsDry = options.Dry,
            KeptYoung = young,
            MissingLists = [.. missing.Select(static m => m.Name).Order(StringComparer.Ordinal)],
        };
    }

    // Only what is whole there, as far as its length tells, can be done without here.
    private async Task<HashSet<ObjectId>> FindInRemotesAsync(RemoteUses uses, CancellationToken cancellationToken)
    {
        var safe = new HashSet<ObjectId>();
        var needed = uses.Everywhere;
        foreach (var (remote, objects) in uses.All)
        {
            var there = await new RemoteListing(remote, _planner.JobsOf(remote)).FindAsync(objects, cancellationToken).ConfigureAwait(false);
            foreach (var id in objects)
            {
                var cached = new FileInfo(context.Cache.PathOf(id.Name, id.IsLegacy));
                _ = there.TryGetValue(id, out var length) && cached.Exists && cached.Length == length ? safe.Add(id) : needed.Add(id);
            }
        }

        safe.ExceptWith(needed);
        return safe;
    }

    private async Task<DirectoryObject?> FetchListAsync(RemoteSet remotes, ObjectRemote? remote, ObjectId id, CancellationToken cancellationToken)
    {
        if (remote is null)
        {
            if (context.Configuration.DefaultRemote is null)
            {
                return null;
            }

            remote = remotes.Get(name: null);
        }

        return await new ObjectDownload(context, remote, new TransferMeter(progress: null, context.TimeProvider), jobs: 1).TryReadListAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private RevisionScope Scope(IReadOnlyList<string> pinned) => new()
    {
        AllBranches = options.AllBranches,
        AllTags = options.AllTags,
        AllCommits = options.AllCommits,
        AllExperiments = options.AllExperiments,
        Revisions = options.Revisions,
        Pinned = pinned,
        Depth = options.CommitCount ?? 1,
        Since = options.Since is { } day ? LocalMidnight(day) : null,
    };

    private DateTimeOffset LocalMidnight(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        return new DateTimeOffset(midnight, context.TimeProvider.LocalTimeZone.GetUtcOffset(midnight));
    }

    private (ImmutableArray<GarbageObject> Garbage, int Young) FindGarbage(HashSet<ObjectId> used, CancellationToken cancellationToken)
    {
        var now = context.TimeProvider.GetUtcNow();
        var lists = ImmutableArray.CreateBuilder<GarbageObject>();
        var files = ImmutableArray.CreateBuilder<GarbageObject>();
        var young = 0;
        foreach (var file in CacheListing.List(context.Cache, cancellationToken))
        {
            if (file.Id is { } id && used.Contains(id))
            {
                continue;
            }

            var stamp = PosixFiles.Stamp(file.Path, followLinks: false);
            if (options.GracePeriod > TimeSpan.Zero && now - CacheListing.CameAt(stamp) < options.GracePeriod)
            {
                young++;
                continue;
            }

            (file.Path.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal) ? lists : files).Add(new GarbageObject { Path = file.Path, Size = stamp.Size, IsLegacy = file.IsLegacy });
        }

        lists.AddRange(files);
        return (lists.ToImmutable(), young);
    }

    // As DVC does: the next collection then knows their files without the remote.
    private void KeepLists(List<DirectoryObject> lists, CancellationToken cancellationToken)
    {
        if (lists.Count > 0)
        {
            using var staging = new ObjectStaging(context.Cache, context.OwnFolder);
            lists.ForEach(l => staging.Write(l.Md5 + DirectoryObject.Suffix, l.Bytes));
            staging.Commit(cancellationToken);
        }
    }
}
