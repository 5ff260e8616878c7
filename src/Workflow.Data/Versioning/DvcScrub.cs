using System.Collections.Concurrent;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Revisions;

namespace Workflow.Data.Versioning;

/// <summary>
/// Reads every object of the cache again, read-only or not, and looks for what is referred to. Changes nothing. Others may add
/// meanwhile, nobody removes.
/// </summary>
internal sealed class DvcScrub(RepositoryContext context, DataScrubOptions options)
{
    private readonly ConcurrentBag<CacheFault> _faults = [];
    private long _objects;
    private long _bytes;

    public async Task<DataScrubResult> RunAsync(CancellationToken cancellationToken)
    {
        using var use = Directory.Exists(context.Cache.Folder) ? await CacheLock.AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false) : null;
        var scope = new RevisionScope { AllBranches = options.AllBranches, AllTags = options.AllTags, AllCommits = options.AllCommits };

        // Before the listing: what an add puts there meanwhile is then no fault.
        var used = await new UsedObjectCollector(context).CollectAsync(scope, cancellationToken).ConfigureAwait(false);
        var present = CacheListing.List(context.Cache, cancellationToken).ToList();
        await Parallel.ForEachAsync(
            present,
            new ParallelOptions { MaxDegreeOfParallelism = context.Jobs, CancellationToken = cancellationToken },
            (file, token) =>
            {
                Check(file, token);
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
        foreach (var missing in used.All.Except(present.Where(static p => p.Id is not null).Select(static p => p.Id!.Value)))
        {
            _faults.Add(new CacheFault { Kind = CacheFaultKind.Missing, Expected = missing.Name, Path = context.Cache.PathOf(missing.Name, missing.IsLegacy) });
        }

        foreach (var left in ObjectStaging.Abandoned(context.OwnFolder).Concat(ObjectStaging.Abandoned(Path.Combine(context.Cache.Folder, ObjectStaging.FolderInCache))))
        {
            _faults.Add(new CacheFault { Kind = CacheFaultKind.Litter, Expected = null, Path = left });
        }

        return new DataScrubResult
        {
            Faults = [.. NameReferrers(used).OrderBy(static f => f.Path, StringComparer.Ordinal)],
            ObjectsRead = _objects,
            BytesRead = _bytes,
        };
    }

    private void Check(CachedFile file, CancellationToken cancellationToken)
    {
        if (file.Id is not { } id)
        {
            _faults.Add(new CacheFault { Kind = CacheFaultKind.Litter, Expected = null, Path = file.Path });
            return;
        }

        try
        {
            var size = PosixFiles.Stamp(file.Path).Size;
            var actual = id is { IsLegacy: true, IsFolder: false } ? FileHasher.HashLegacyFile(file.Path, cancellationToken) : FileHasher.HashFile(file.Path, cancellationToken);
            Interlocked.Increment(ref _objects);
            Interlocked.Add(ref _bytes, size);
            if (actual != id.Md5)
            {
                _faults.Add(new CacheFault { Kind = CacheFaultKind.WrongContent, Expected = id.Name, Actual = (id with { Md5 = actual }).Name, Path = file.Path });
            }
            else if (id.IsFolder && !IsList(id))
            {
                _faults.Add(new CacheFault { Kind = CacheFaultKind.InvalidList, Expected = id.Name, Path = file.Path });
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _faults.Add(new CacheFault { Kind = CacheFaultKind.Unreadable, Expected = id.Name, Path = file.Path });
        }
    }

    private bool IsList(ObjectId id)
    {
        try
        {
            return context.Cache.TryReadDirectory(id.Name, id.IsLegacy, asksRemote: false) is not null;
        }
        catch (DvcException)
        {
            return false;
        }
    }

    private IEnumerable<CacheFault> NameReferrers(UsedObjects used)
    {
        var wanted = _faults.Select(static f => f.Expected).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var referrers = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var output in wanted.Count == 0 ? [] : used.Outputs)
        {
            Note(output.Id!, output, output.Path);
            if (output.Id!.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal))
            {
                foreach (var entry in TryRead(output)?.Entries ?? [])
                {
                    Note(entry.Md5.ToString(), output, $"{output.Path}/{entry.Path}");
                }
            }
        }

        return _faults.Select(f => f.Expected is { } id && referrers.TryGetValue(id, out var names) ? f with { ReferredBy = [.. names] } : f);

        void Note(string id, TrackedOutput output, string path)
        {
            if (wanted.Contains(id))
            {
                if (!referrers.TryGetValue(id, out var names))
                {
                    referrers[id] = names = new SortedSet<string>(StringComparer.Ordinal);
                }

                names.Add($"{output.MetafilePath}: {path}");
            }
        }
    }

    private DirectoryObject? TryRead(TrackedOutput output)
    {
        try
        {
            return context.Cache.TryReadDirectory(output.Id!, output.IsLegacy);
        }
        catch (DvcException)
        {
            return null;
        }
    }
}
