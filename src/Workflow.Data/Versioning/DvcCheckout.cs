using System.Collections.Immutable;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning;

/// <summary>Makes the workspace hold what is recorded. Everything is compared and every refusal decided before the first file is touched.</summary>
internal sealed class DvcCheckout(RepositoryContext context, DataCheckoutOptions options)
{
    public async Task<DataCheckoutResult> RunAsync(CancellationToken cancellationToken)
    {
        // No object is removed meanwhile; taken first, as everywhere.
        using var use = await CacheLock.AcquireSharedIfThereAsync(context, cancellationToken).ConfigureAwait(false);
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var rules = new IgnoreRules(context.Root, skipsNestedRepositories: true);
        var catalog = await new CatalogReader(context, rules).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var selected = new TargetSelector(context, catalog, folder).Select(options.Targets, options.Recursive);
        if (options.WithDependencies)
        {
            selected = new StageDependencies(context, catalog).Add(selected);
        }

        selected = [.. selected.Where(static s => s.Output.IsCached)];
        CheckPlaces(selected, new IgnoreRules(context.Root, skipsNestedRepositories: false));
        await using var entered = (await ReadWriteLockFile.EnterAsync(context, selected.Select(s => context.FullPath(s.Output.Path)).ToList(), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

        var index = HashIndex.Load(context.HashIndexPath);
        var planner = new CheckoutPlanner(context, index, options.Relink);
        var plans = new List<CheckoutPlan>();
        foreach (var output in selected)
        {
            plans.Add(await planner.PlanAsync(output, cancellationToken).ConfigureAwait(false));
        }

        CheckSaved(plans);
        var runnable = plans.Where(static p => p.CanRun).ToList();
        var changing = runnable.Where(static p => p.HasWork).ToList();
        if (changing.Count > 0)
        {
            using var writer = new CheckoutWriter(context);
            changing.ForEach(p =>
            {
                writer.Run(p, cancellationToken);
                Measure(p);
            });
        }

        await index.SaveAsync(cancellationToken).ConfigureAwait(false);
        return Finish(plans, runnable);
    }

    private DataCheckoutResult Finish(List<CheckoutPlan> plans, List<CheckoutPlan> runnable)
    {
        var missing = plans.Where(static p => !p.CanRun).Select(static p => p.ToMissing()).ToImmutableArray();
        var result = new DataCheckoutResult
        {
            Added = Names(runnable.Where(static p => !p.IsThere)),
            Modified = Names(runnable.Where(static p => p is { IsThere: true, IsChange: true })),
            FilesAdded = runnable.Sum(static p => (long)p.Added.Count),
            FilesModified = runnable.Sum(static p => (long)(p.Replaced.Count + p.MadeExecutable.Count)),
            FilesDeleted = runnable.Sum(static p => (long)p.Deleted.Count),
            Missing = missing,
        };
        return missing.IsEmpty || options.AllowMissing ? result : throw new DvcException(DvcErrorKind.BadInput, [.. missing.Select(static m => m.ToString())]);
    }

    private static void Measure(CheckoutPlan plan)
    {
        DataTelemetry.Meter.Objects(DataMeter.Operations.Checkout, plan.Added.Count + plan.Replaced.Count);
        DataTelemetry.Meter.Bytes(DataMeter.Operations.Checkout, plan.Added.Concat(plan.Replaced).Sum(static f => f.Size));
    }

    private static ImmutableArray<string> Names(IEnumerable<CheckoutPlan> plans) => [.. plans.Select(static p => p.Shown).Order(CodePointComparer.Instance)];

    private void CheckSaved(List<CheckoutPlan> plans)
    {
        if (options.Force)
        {
            return;
        }

        var unsaved = plans.SelectMany(static p => p.Unsaved).Distinct(StringComparer.Ordinal).ToList();
        if (unsaved.Count > 0)
        {
            throw new DvcException(
                DvcErrorKind.BadInput,
                [.. unsaved.Select(static p => $"'{p}' would be lost: its content is not in the cache. Add it or move it away, or give it up with force.")]);
        }
    }

    private void CheckPlaces(IReadOnlyList<SelectedOutput> selected, IgnoreRules rules)
    {
        var problems = new List<string>();
        foreach (var same in selected.GroupBy(static s => s.Output.Path, StringComparer.Ordinal).Where(static g => g.Select(static s => s.Output.Id).Distinct(StringComparer.Ordinal).Count() > 1))
        {
            problems.Add($"'{same.Key}' is tracked with different contents by {string.Join(" and ", same.Select(static s => $"'{s.Output.MetafilePath}'"))}. Remove all but one.");
        }

        foreach (var path in selected.Select(static s => s.Output.Path).Distinct(StringComparer.Ordinal))
        {
            if (rules.IsIgnored(path, isFolder: false, out var source))
            {
                problems.Add($"'{path}' is ignored by {source}, so nothing can be checked out there. Change that line, or remove the file that tracks it.");
            }

            for (var folder = RepositoryPath.FolderOf(path); folder.Length > 0; folder = RepositoryPath.FolderOf(folder))
            {
                var kind = PosixFiles.Stamp(context.FullPath(folder), followLinks: false).Kind;
                if (kind is not (FileKind.Folder or FileKind.Missing))
                {
                    problems.Add($"'{folder}', in which '{path}' is to be checked out, is {(kind == FileKind.SymbolicLink ? "a symbolic link: nothing is written through it" : "no folder")}. Move it away.");
                }
            }
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems.Distinct(StringComparer.Ordinal)]);
        }
    }
}
