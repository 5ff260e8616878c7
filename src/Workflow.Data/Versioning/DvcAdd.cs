using System.Collections.Immutable;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning;

/// <summary>
/// Adds data. The order is what makes a kill at any moment harmless: objects of files, lists of files, <c>.dvc</c> files,
/// <c>.gitignore</c>; whatever is there refers only to what is there.
/// </summary>
internal sealed class DvcAdd(RepositoryContext context, DataAddOptions options, Action<string>? stepReached)
{
    private readonly List<string> _forGit = [];

    public async Task<DataAddResult> RunAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        if (options.ToRemote)
        {
            return await new DvcAddToRemote(context, options).RunAsync(targets, cancellationToken).ConfigureAwait(false);
        }

        if (options.Remote is not null || options.RemoteJobs is not null)
        {
            throw new DvcException("A remote (-r) and jobs (--remote-jobs) are named only together with --to-remote.");
        }

        if (options.Output is not { } output)
        {
            return await PlanAndRunAsync(targets, cancellationToken).ConfigureAwait(false);
        }

        if (targets.Count != 1 || options.Glob)
        {
            throw new DvcException($"An output path ('{output}') goes with exactly one target and no patterns, got {targets.Count} targets.");
        }

        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var copy = OutsideCopy.Make(context, Path.GetFullPath(targets[0], folder), Path.GetFullPath(output, folder), cancellationToken);
        try
        {
            return await PlanAndRunAsync([output], cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            copy.Delete();
            throw;
        }
    }

    /// <summary>Gets what is called when all content is in the cache and before anything refers to it; gives the files that git should hear of.</summary>
    public Func<IReadOnlyList<AddedContent>, CancellationToken, Task<IReadOnlyList<string>>>? Stored { get; init; }

    /// <summary>Carries out plans under the repository's lock and the shared one of the cache, as whose writer the caller has entered the outputs.</summary>
    public Task<DataAddResult> RunAsync(OutputCatalog catalog, IReadOnlyList<AddPlan> plans, CancellationToken cancellationToken) =>
        RunAsync(catalog, plans, isLocked: true, cancellationToken);

    private async Task<DataAddResult> PlanAndRunAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var (catalog, plans, entered) = await PlanAsync(targets, cancellationToken).ConfigureAwait(false);
        await using var leaving = entered.ConfigureAwait(false);
        stepReached?.Invoke("planned");
        return await RunAsync(catalog, plans, isLocked: false, cancellationToken).ConfigureAwait(false);
    }

    private List<string> Paths(IReadOnlyList<AddPlan> plans) => [.. plans.Select(p => context.FullPath(p.OutputPath)).Distinct(StringComparer.Ordinal)];

    private async Task<DataAddResult> RunAsync(OutputCatalog catalog, IReadOnlyList<AddPlan> plans, bool isLocked, CancellationToken cancellationToken)
    {
        var index = HashIndex.Load(context.HashIndexPath);
        var walk = new WorkspaceWalk(context.Root, new IgnoreRules(context.Root, skipsNestedRepositories: true));
        var reader = new ContentReader(context, walk, index);
        var listed = plans.Select(p => (Plan: p, Files: reader.List(p, cancellationToken))).ToList();

        // From here to the objects' commit none is removed, so those that are found in the cache need not be written.
        using var use = options.NoCommit ? null : await CacheLock.AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false);
        using var staging = options.NoCommit ? null : new ObjectStaging(context.Cache, context.OwnFolder) { StepReached = stepReached };
        var target = staging is null ? null : new IngestTarget(context.Cache, staging, context.Configuration.LinkTypes.Contains("reflink", StringComparer.Ordinal));
        var shards = target is null ? null : CacheShards.Read(context.Cache);
        var contents = new List<AddedContent>();
        foreach (var (plan, files) in listed)
        {
            contents.Add(await reader.ReadAsync(plan, files, target, cancellationToken).ConfigureAwait(false));
        }

        stepReached?.Invoke("staged");
        staging?.Flush();
        stepReached?.Invoke("flushed");
        using var held = isLocked ? null : await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        if (!isLocked)
        {
            CheckMetafiles(catalog, plans);
        }

        if (target is not null)
        {
            await ReplaceLostAsync(contents, shards!, target, cancellationToken).ConfigureAwait(false);
            Store(target.Staging, contents, cancellationToken);
        }

        if (Stored is not null)
        {
            _forGit.AddRange(await Stored(contents, cancellationToken).ConfigureAwait(false));
        }

        var outputs = ImmutableArray.CreateBuilder<AddedOutput>();
        foreach (var content in contents)
        {
            outputs.Add(await RecordAsync(catalog, content, cancellationToken).ConfigureAwait(false));
            stepReached?.Invoke("metafile");
        }

        if (staging is not null)
        {
            Measure(contents, staging);
        }

        var isStaged = await TellGitAsync(contents, cancellationToken).ConfigureAwait(false);
        contents.ForEach(c => Settle(index, c));
        await index.SaveAsync(cancellationToken).ConfigureAwait(false);
        stepReached?.Invoke("index");
        return new DataAddResult
        {
            Outputs = outputs.ToImmutable(),
            FilesForGit = [.. _forGit.Distinct(StringComparer.Ordinal)],
            IsStaged = isStaged,
            NewObjects = staging?.NewObjects ?? 0,
            NewBytes = staging?.NewBytes ?? 0,
        };
    }

    private static void Measure(List<AddedContent> contents, ObjectStaging staging)
    {
        var read = contents.Sum(static c => c.Files.Sum(static f => f.Stamp.Size) + c.Folders.Sum(static f => (long)f.Bytes.Length));
        DataTelemetry.Meter.Bytes(DataMeter.Operations.Add, read);
        DataTelemetry.Meter.Objects(DataMeter.Operations.Add, staging.NewObjects);
        DataTelemetry.Meter.Dedup(DataMeter.Operations.Add, read - staging.NewBytes, read);
    }

    // Under the lock: whoever has the metafile of an overlapping output has written it before, or is entered as its writer.
    private async Task<(OutputCatalog Catalog, IReadOnlyList<AddPlan> Plans, ReadWriteLockFile Entered)> PlanAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var start = context.TimeProvider.GetTimestamp();
        while (true)
        {
            using (await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false))
            {
                var rules = new IgnoreRules(context.Root, skipsNestedRepositories: true);
                var catalog = await new CatalogReader(context, rules).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
                var planner = new AddPlanner(context, catalog, new IgnoreRules(context.Root, skipsNestedRepositories: false));
                var plans = await planner.PlanAsync(options.Glob ? TargetGlob.Expand(folder, targets) : targets, folder, cancellationToken).ConfigureAwait(false);
                try
                {
                    return (catalog, plans, await ReadWriteLockFile.EnterAsync(context, Paths(plans), cancellationToken).ConfigureAwait(false));
                }
                catch (DvcException exception) when (exception.Kind == DvcErrorKind.Locked && context.TimeProvider.GetElapsedTime(start) < context.Configuration.LockTimeout)
                {
                    // Wait outside of the lock: the other needs it to come to its end.
                }
            }

            await Task.Delay(Waiting.Pause, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private void CheckMetafiles(OutputCatalog catalog, IReadOnlyList<AddPlan> plans)
    {
        var changed = plans.Select(static p => p.MetafilePath).Distinct(StringComparer.Ordinal).Where(path =>
        {
            var full = context.FullPath(path);
            return catalog.Metafiles.TryGetValue(path, out var known)
                ? !File.Exists(full) || !File.ReadAllBytes(full).AsSpan().SequenceEqual(known.Bytes)
                : File.Exists(full);
        }).ToList();
        if (changed.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. changed.Select(static c => $"'{c}' was changed by somebody else while the data was read. Nothing was recorded; run the command again.")]);
        }
    }

    // DVC's own gc knows nothing of our lock on the cache: whatever was taken from it meanwhile is written after all.
    private async Task ReplaceLostAsync(List<AddedContent> contents, CacheShards before, IngestTarget target, CancellationToken cancellationToken)
    {
        var after = CacheShards.Read(context.Cache);
        var ingest = new FileIngest(context.Root, context.Jobs, context.TimeProvider);
        foreach (var content in contents)
        {
            var lost = new List<WorkspaceFile>();
            for (var i = 0; i < content.Files.Count; i++)
            {
                if (!after.IsSame(before, content.Hashes[i]) && !target.Staging.Has(content.Hashes[i].ToString())
                    && !target.Cache.IsIntact(content.Hashes[i], content.Files[i].Stamp.Size, cancellationToken))
                {
                    lost.Add(content.Files[i]);
                }
            }

            if (lost.Count > 0)
            {
                await ingest.HashAsync(lost, HashIndex.Empty, target, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static void Settle(HashIndex index, AddedContent content)
    {
        if (content.Plan is { IsPart: false, Kind: FileKind.Folder } && content.Folders is [var folder])
        {
            index.Settle(content.Plan.Target, content.Files, folder.Md5);
        }
        else if (content.Plan.Kind != FileKind.File)
        {
            index.Prune(content.Plan.Target, content.Files.Select(static f => f.Path).ToHashSet(StringComparer.Ordinal));
        }
    }

    private void Store(ObjectStaging staging, List<AddedContent> contents, CancellationToken cancellationToken)
    {
        staging.Commit(cancellationToken);
        stepReached?.Invoke("objects");
        foreach (var folder in contents.SelectMany(static c => c.Folders))
        {
            var id = folder.Md5 + DirectoryObject.Suffix;
            if (!ObjectCache.IsIntact(context.Cache.PathOf(id), folder.Md5, folder.Bytes.Length, cancellationToken))
            {
                staging.Write(id, folder.Bytes);
            }
        }

        staging.Commit(cancellationToken);
        stepReached?.Invoke("folders");
        if (options.Relink)
        {
            var links = new WorkspaceLinks(context);
            contents.FindAll(static c => !c.Plan.IsKeptByGit).ForEach(links.Apply);
            stepReached?.Invoke("links");
        }
    }

    private async Task<AddedOutput> RecordAsync(OutputCatalog catalog, AddedContent content, CancellationToken cancellationToken)
    {
        var plan = content.Plan;
        var path = context.FullPath(plan.MetafilePath);
        var isChanged = false;
        if (content.Recorded is { } recorded && !plan.KeepsMetafile)
        {
            byte[] old = [];
            byte[] bytes;
            if (plan.Existing is null)
            {
                bytes = MetafileUpdate.Create(RepositoryPath.NameOf(plan.OutputPath), recorded);
            }
            else
            {
                // Another target of this call may have changed the same file.
                old = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
                bytes = MetafileUpdate.Update(DvcMetafile.Read(context.Root, plan.MetafilePath, old), plan.Existing.Position, recorded);
            }

            isChanged = !bytes.AsSpan().SequenceEqual(old);
            if (isChanged)
            {
                await AtomicFile.WriteAllBytesAsync(path, bytes, cancellationToken).ConfigureAwait(false);
            }
        }

        if (isChanged || catalog.Metafiles.ContainsKey(plan.MetafilePath))
        {
            _forGit.Add(plan.MetafilePath);
        }

        return new AddedOutput
        {
            Path = plan.OutputPath,
            MetafilePath = plan.MetafilePath,
            Md5 = content.Recorded?.Id ?? plan.Existing!.Id!,
            Size = content.Recorded is null ? plan.Existing!.Size : content.Recorded.Size,
            FileCount = content.Recorded is null ? plan.Existing!.FileCount : content.Recorded.FileCount,
            IsChanged = isChanged,
        };
    }

    private async Task<bool> TellGitAsync(List<AddedContent> contents, CancellationToken cancellationToken)
    {
        if (context.Git is not { } git || (contents.Count == 0 && _forGit.Count == 0))
        {
            return false;
        }

        var outputs = contents.Where(static c => !c.Plan.IsKeptByGit).Select(static c => c.Plan.OutputPath).Distinct(StringComparer.Ordinal).ToList();
        var ignored = await git.RunWithPathsAsync(["check-ignore", "-z", "--stdin", "--no-index"], outputs, [1], cancellationToken).ConfigureAwait(false);
        foreach (var group in outputs.Except(ignored.Records, StringComparer.Ordinal).GroupBy(RepositoryPath.FolderOf, StringComparer.Ordinal))
        {
            var file = RepositoryPath.Join(group.Key, ".gitignore");
            if (await GitIgnoreFile.AddAsync(context.FullPath(file), group.Select(RepositoryPath.NameOf), cancellationToken).ConfigureAwait(false))
            {
                _forGit.Add(file);
            }
        }

        stepReached?.Invoke("gitignore");
        if (!context.Configuration.Autostage || _forGit.Count == 0)
        {
            return false;
        }

        await git.StageAsync(_forGit.Distinct(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        return true;
    }
}
