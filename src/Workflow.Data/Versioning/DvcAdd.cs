using System.Collections.Immutable;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
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
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        if (options.Output is not { } output)
        {
            return await RunAsync(catalog, targets, folder, cancellationToken).ConfigureAwait(false);
        }

        if (targets.Count != 1 || options.Glob)
        {
            throw new DvcException($"An output path ('{output}') goes with exactly one target and no patterns, got {targets.Count} targets.");
        }

        var copy = OutsideCopy.Make(context, Path.GetFullPath(targets[0], folder), Path.GetFullPath(output, folder), cancellationToken);
        try
        {
            return await RunAsync(catalog, [output], folder, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            copy.Delete();
            throw;
        }
    }

    private async Task<DataAddResult> RunAsync(OutputCatalog catalog, IReadOnlyList<string> targets, string folder, CancellationToken cancellationToken)
    {
        var planner = new AddPlanner(context, catalog, new IgnoreRules(context.Root, skipsNestedRepositories: false));
        var plans = await planner.PlanAsync(options.Glob ? TargetGlob.Expand(folder, targets) : targets, folder, cancellationToken).ConfigureAwait(false);
        return await RunAsync(catalog, plans, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Carries out plans under the repository's lock, which the caller holds.</summary>
    public async Task<DataAddResult> RunAsync(OutputCatalog catalog, IReadOnlyList<AddPlan> plans, CancellationToken cancellationToken)
    {
        ReadWriteLockFile.CheckFree(context.DvcFolder, plans.Select(p => context.FullPath(p.OutputPath)).ToList());
        var index = HashIndex.Load(context.HashIndexPath);
        var walk = new WorkspaceWalk(context.Root, new IgnoreRules(context.Root, skipsNestedRepositories: true));
        var reader = new ContentReader(context, walk, index);
        var listed = plans.Select(p => (Plan: p, Files: reader.List(p, cancellationToken))).ToList();
        using var staging = options.NoCommit ? null : new ObjectStaging(context.Cache, context.OwnFolder);
        var target = staging is null ? null : new IngestTarget(context.Cache, staging, context.Configuration.LinkTypes.Contains("reflink", StringComparer.Ordinal));
        var contents = new List<AddedContent>();
        foreach (var (plan, files) in listed)
        {
            contents.Add(await reader.ReadAsync(plan, files, target, cancellationToken).ConfigureAwait(false));
        }

        stepReached?.Invoke("staged");
        Store(staging, contents, cancellationToken);
        var outputs = ImmutableArray.CreateBuilder<AddedOutput>();
        foreach (var content in contents)
        {
            outputs.Add(await RecordAsync(catalog, content, cancellationToken).ConfigureAwait(false));
            stepReached?.Invoke("metafile");
        }

        var isStaged = await TellGitAsync(contents, cancellationToken).ConfigureAwait(false);
        foreach (var (plan, files) in listed)
        {
            index.Prune(plan.Target, files.Select(static f => f.Path).ToHashSet(StringComparer.Ordinal));
        }

        await index.SaveAsync(cancellationToken).ConfigureAwait(false);
        return new DataAddResult
        {
            Outputs = outputs.ToImmutable(),
            FilesForGit = [.. _forGit.Distinct(StringComparer.Ordinal)],
            IsStaged = isStaged,
            NewObjects = staging?.NewObjects ?? 0,
            NewBytes = staging?.NewBytes ?? 0,
        };
    }

    private void Store(ObjectStaging? staging, List<AddedContent> contents, CancellationToken cancellationToken)
    {
        if (staging is null)
        {
            return;
        }

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
            contents.ForEach(links.Apply);
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
        if (context.Git is not { } git || contents.Count == 0)
        {
            return false;
        }

        var outputs = contents.Select(static c => c.Plan.OutputPath).Distinct(StringComparer.Ordinal).ToList();
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
