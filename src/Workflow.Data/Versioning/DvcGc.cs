using System.Collections.Immutable;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Revisions;

namespace Workflow.Data.Versioning;

/// <summary>
/// Removes from the cache what nothing in scope refers to. Lists of files go first: a kill at any moment leaves no list whose files
/// are gone. Nobody adds meanwhile, and what is not understood is not removed.
/// </summary>
internal sealed class DvcGc(RepositoryContext context, DataGcOptions options, Action<string>? stepReached)
{
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

        ArgumentOutOfRangeException.ThrowIfLessThan(options.GracePeriod, TimeSpan.Zero, nameof(options));
    }

    private async Task<DataGcResult> CollectAsync(IReadOnlyList<RepositoryContext> projects, CancellationToken cancellationToken)
    {
        var pins = PinFile.Read(context, options.Pins);
        var used = new HashSet<ObjectId>();
        var missing = new HashSet<ObjectId>();
        var fetched = new List<DirectoryObject>();
        foreach (var repository in projects.Append(context))
        {
            var objects = await new UsedObjectCollector(repository) { SkipsFailed = options.SkipFailed, Pinned = repository == context ? pins.Objects : null }
                .CollectAsync(Scope(repository == context ? pins.Revisions : []), cancellationToken).ConfigureAwait(false);
            if (objects.DamagedLists.Length > 0)
            {
                throw new DvcException(DvcErrorKind.BadInput,
                [
                    .. objects.DamagedLists,
                    "What these list is not known, so nothing was removed. Find them with workflow data scrub, then fetch them again or remove them.",
                ]);
            }

            used.UnionWith(objects.All);
            missing.UnionWith(objects.MissingLists);
            fetched.AddRange(objects.FetchedLists);
        }

        var (garbage, young) = FindGarbage(used, cancellationToken);
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
        }

        return new DataGcResult { Removed = garbage, IsDry = options.Dry, KeptYoung = young, MissingLists = [.. missing.Select(static m => m.Name).Order(StringComparer.Ordinal)] };
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
