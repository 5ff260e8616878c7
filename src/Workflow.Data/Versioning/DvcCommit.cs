using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>Puts what the workspace holds of tracked outputs into the cache, and records it where it changed.</summary>
internal sealed class DvcCommit(RepositoryContext context, DataCommitOptions options)
{
    private readonly List<string> _problems = [];

    public async Task<DataAddResult> RunAsync(CancellationToken cancellationToken)
    {
        // No object is removed meanwhile; taken first, as everywhere.
        using var use = await CacheLock.AcquireSharedIfThereAsync(context, cancellationToken).ConfigureAwait(false);
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var selected = new TargetSelector(context, catalog, folder).Select(options.Targets, options.Recursive);
        if (options.WithDependencies)
        {
            selected = new StageDependencies(context, catalog).Add(selected);
        }

        var outputs = selected.Select(static s => s.Output).Where(static o => o.IsCached).ToList();
        var now = await new DataTreeBuilder(context, isGranular: false).FromWorkspaceAsync(new OutputCatalog([], [], [.. outputs]), HashIndex.Load(context.HashIndexPath), cancellationToken).ConfigureAwait(false);
        var plans = outputs.Select(o => Plan(catalog, o, now.Find(o.Path))).OfType<AddPlan>().ToList();
        if (_problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. _problems]);
        }

        await using var entered = (await ReadWriteLockFile.EnterAsync(context, [.. plans.Select(p => context.FullPath(p.OutputPath)).Distinct(StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return await new DvcAdd(context, new DataAddOptions { Relink = options.Relink }, stepReached: null).RunAsync(catalog, plans, cancellationToken).ConfigureAwait(false);
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

        var isKept = output.IsFromPipeline || output.HasForeignHash || output.IsCloudVersioned
            || (catalog.Metafiles.GetValueOrDefault(output.MetafilePath)?.Document?.Find("deps") is YamlSequence { Items.Count: > 0 });
        return isKept && (isChanged || (options.Force && output.IsFromPipeline))
            ? Refuse($"'{output.Path}' {(isChanged ? "changed" : "would be recorded anew")}, and '{output.MetafilePath}' says how it is made or imported. Run the stage, or update the import.")
            : new AddPlan { Target = output.Path, OutputPath = output.Path, MetafilePath = output.MetafilePath, Existing = output, Kind = kind, IsCommit = true, KeepsMetafile = isKept };
    }

    private AddPlan? Refuse(string problem)
    {
        _problems.Add(problem);
        return null;
    }
}
