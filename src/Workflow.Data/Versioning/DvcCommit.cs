using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning;

/// <summary>Puts what the workspace holds of tracked outputs into the cache, and records it where it changed: in <c>.dvc</c> files, and of stages in <c>dvc.lock</c>.</summary>
internal sealed class DvcCommit(RepositoryContext context, DataCommitOptions options)
{
    private readonly List<string> _problems = [];

    public async Task<DataAddResult> RunAsync(CancellationToken cancellationToken)
    {
        // No object is removed meanwhile; taken first, as everywhere.
        using var use = await CacheLock.AcquireSharedIfThereAsync(context, cancellationToken).ConfigureAwait(false);
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var rules = new IgnoreRules(context.Root, skipsNestedRepositories: true);
        var catalog = await new CatalogReader(context, rules).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var selection = new StageSelection(context, folder);
        var selected = selection.Find(selection.All(catalog), options.Targets, options.Recursive, options.WithDependencies);

        var index = HashIndex.Load(context.HashIndexPath);
        var commit = new StageCommit(context, new WorkspaceContents(context, index, rules), _problems);
        var stages = new List<PipelineStage>();
        foreach (var stage in selected.Where(static s => s.Stage.Stage is not null).DistinctBy(static s => s.Stage))
        {
            stages.Add(await commit.ReadAsync(stage.Stage, options.AllowMissing, options.Force, cancellationToken).ConfigureAwait(false));
        }

        var plans = await PlanMetafilesAsync(catalog, selected, index, cancellationToken).ConfigureAwait(false);
        if (_problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. _problems]);
        }

        // Only what is recorded anew goes into the run cache, as with DVC.
        var runs = new RunCache(context);
        plans.AddRange(stages.SelectMany(s => commit.Plan(s, keepsRun: options.Force && runs.KeyOf(s) is not null)));
        await index.TrySaveAsync(cancellationToken).ConfigureAwait(false);
        await using var entered = (await ReadWriteLockFile.EnterAsync(context, [.. plans.Select(p => context.FullPath(p.OutputPath)).Distinct(StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        var add = new DvcAdd(context, new DataAddOptions { Relink = options.Relink }, stepReached: null) { Stored = (contents, token) => RecordAsync(commit, stages, contents, token) };
        return await add.RunAsync(catalog, plans, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> RecordAsync(StageCommit commit, List<PipelineStage> stages, IReadOnlyList<AddedContent> contents, CancellationToken cancellationToken)
    {
        if (stages.Count == 0)
        {
            return [];
        }

        var stored = contents.Where(static c => c.Recorded is not null).DistinctBy(static c => c.Plan.OutputPath).ToDictionary(static c => c.Plan.OutputPath, static c => c.Recorded!, StringComparer.Ordinal);
        var complete = stages.Select(s => commit.Complete(s, stored)).ToList();
        var runs = new RunCache(context);
        foreach (var stage in options.Force ? complete : [])
        {
            await runs.SaveAsync(stage, cancellationToken).ConfigureAwait(false);
        }

        return await LockFile.WriteAsync(context, complete, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<AddPlan>> PlanMetafilesAsync(OutputCatalog catalog, IReadOnlyList<SelectedStage> selected, HashIndex index, CancellationToken cancellationToken)
    {
        var outputs = selected.Where(static s => s.Stage.Metafile is not null)
            .SelectMany(s => s.Stage.Metafile!.Outputs.Where(o => o.IsCached && s.Covers(context.FullPath(o.Path)))).Distinct().ToList();
        var now = await new DataTreeBuilder(context, isGranular: false).FromWorkspaceAsync(new OutputCatalog([], [], [.. outputs]), index, cancellationToken).ConfigureAwait(false);
        return [.. outputs.Select(o => Plan(catalog, o, now.Find(o.Path))).OfType<AddPlan>()];
    }

    private AddPlan? Plan(OutputCatalog catalog, TrackedOutput output, string? id)
    {
        var kind = PosixFiles.Stamp(context.FullPath(output.Path)).Kind;
        if (id is null || kind is not (FileKind.File or FileKind.Folder))
        {
            return options.AllowMissing ? null : Refuse($"'{output.Path}' is not in the workspace. Check it out, or leave it out (--allow-missing).");
        }

        var isChanged = id != output.Id;
        if (isChanged && !options.Force)
        {
            return Refuse($"'{output.Path}' is not what '{output.MetafilePath}' records. Record the new content with force, or check the old one out.");
        }

        var isKept = output.HasForeignHash || output.IsCloudVersioned
            || (catalog.Metafiles.GetValueOrDefault(output.MetafilePath)?.Document?.Find("deps") is YamlSequence { Items.Count: > 0 });
        return isKept && isChanged
            ? Refuse($"'{output.Path}' changed, and '{output.MetafilePath}' says where it comes from. Update the import.")
            : new AddPlan { Target = output.Path, OutputPath = output.Path, MetafilePath = output.MetafilePath, Existing = output, Kind = kind, IsCommit = true, KeepsMetafile = isKept };
    }

    private AddPlan? Refuse(string problem)
    {
        _problems.Add(problem);
        return null;
    }
}
