using System.Collections.Immutable;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning;

/// <summary>Works out what <c>dvc status</c> tells of the workspace.</summary>
internal sealed class DvcStageStatus(RepositoryContext context, DataStageStatusOptions options)
{
    private readonly string _folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
    private readonly IgnoreRules _outputRules = new(context.Root, skipsNestedRepositories: false);
    private readonly ParameterStatus _parameters = new();

    public async Task<DataStageStatusResult> RunAsync(CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false);
        var rules = new IgnoreRules(context.Root, skipsNestedRepositories: true);
        var catalog = await new CatalogReader(context, rules).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var selection = new StageSelection(context, _folder);
        var all = selection.All(catalog);
        CheckOutputs(all);

        var index = HashIndex.Load(context.HashIndexPath);
        var contents = new WorkspaceContents(context, index, rules);
        var verifier = new ObjectVerifier(context.Cache);
        var changes = new OrderedDictionary<string, StageChanges>(StringComparer.Ordinal);
        var frozen = ImmutableArray.CreateBuilder<string>();
        foreach (var selected in selection.Find(all, options.Targets, options.Recursive, options.WithDependencies))
        {
            var stage = selected.Stage;
            var address = AddressOf(stage);
            if (stage.IsFrozen && !IsRepositoryImport(stage))
            {
                frozen.Add(address);
            }

            var change = new StageChanges
            {
                Address = address,
                Dependencies = await DependenciesAsync(stage, contents, cancellationToken).ConfigureAwait(false),
                Outputs = await OutputsAsync(selected, contents, verifier, cancellationToken).ConfigureAwait(false),
                IsAlwaysChanged = stage.IsAlwaysChanged,
                IsCommandChanged = stage.Stage is { IsCommandChanged: true },
                IsChecksumChanged = stage.Metafile is { } metafile && StageChecksum.IsChanged(metafile),
            };
            if (!change.IsClean)
            {
                changes[address] = change;
            }
        }

        await index.TrySaveAsync(cancellationToken).ConfigureAwait(false);
        return new DataStageStatusResult { Stages = [.. changes.Values], Frozen = frozen.ToImmutable() };
    }

    private static bool IsRepositoryImport(StageView stage) => stage.Metafile is { IsImport: true, Dependencies: [{ RepositoryUrl: not null }] };

    // DVC cannot even load such a stage.
    private void CheckOutputs(List<StageView> all)
    {
        var problems = new List<string>();
        foreach (var stage in all)
        {
            problems.AddRange(stage.Metafile?.UnreachableOutputs.Select(o => $"'{stage.FilePath}': the output '{o}' is the repository itself or a URL and cannot be compared.") ?? []);
            foreach (var output in stage.Outputs)
            {
                var name = Path.GetFileName(output.FullPath);
                if (name.EndsWith(".dvc", StringComparison.Ordinal) || name == PipelineReader.FileName)
                {
                    problems.Add($"'{stage.FilePath}': the output '{output.FullPath}' is a file of DVC and cannot be tracked by it.");
                }
                else if (output.Path is { } path && _outputRules.IsIgnored(path, Directory.Exists(output.FullPath), out var source))
                {
                    problems.Add($"'{stage.FilePath}': the output '{path}' is ignored by {source}. Change that line, or stop tracking the output.");
                }
            }
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    private string AddressOf(StageView stage)
    {
        var file = Relative(context.FullPath(stage.FilePath));
        return stage.Stage is null ? file : file == PipelineReader.FileName ? stage.Stage.Name : $"{file}:{stage.Stage.Name}";
    }

    private string Relative(string fullPath) =>
        Path.GetRelativePath(_folder, fullPath) is var path && OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;

    private string Shown(string fullPath, bool isInside) => isInside ? Relative(fullPath) : fullPath;

    private async Task<ImmutableArray<StageChange>> DependenciesAsync(StageView stage, WorkspaceContents contents, CancellationToken cancellationToken)
    {
        if (IsRepositoryImport(stage))
        {
            var import = stage.Metafile!.Dependencies[0];
            return (!stage.IsFrozen || options.CheckUpdates) && await RepositoryImport.HasMovedAsync(context.Root, import, cancellationToken).ConfigureAwait(false)
                ? [new StageChange { Path = $"{import.Path} ({import.RepositoryUrl})", Kind = StageChangeKind.UpdateAvailable }]
                : [];
        }

        if (stage.IsFrozen)
        {
            return [];
        }

        var changes = new OrderedDictionary<string, StageChange>(StringComparer.Ordinal);
        foreach (var entry in stage.Dependencies)
        {
            if (await CompareAsync(entry, contents, cancellationToken).ConfigureAwait(false) is { } change)
            {
                changes[change.Path] = change;
            }
        }

        foreach (var parameters in stage.Stage?.Parameters ?? [])
        {
            var full = Path.GetFullPath(parameters.Path, context.FullPath(stage.Stage!.WorkingDirectory));
            if (_parameters.Compare(parameters, full, Shown(full, RepositoryPath.TryResolve(context.Root, context.Root, full) is not null)) is { } change)
            {
                changes[change.Path] = change;
            }
        }

        return [.. changes.Values];
    }

    private async Task<ImmutableArray<StageChange>> OutputsAsync(SelectedStage selected, WorkspaceContents contents, ObjectVerifier verifier, CancellationToken cancellationToken)
    {
        var changes = new OrderedDictionary<string, StageChange>(StringComparer.Ordinal);
        foreach (var entry in selected.Stage.Outputs.Where(o => selected.Covers(o.FullPath)))
        {
            var change = await CompareOutputAsync(entry, contents, verifier, cancellationToken).ConfigureAwait(false);
            if (change is not null)
            {
                changes[change.Path] = change;
            }
        }

        return [.. changes.Values];
    }

    // What the cache lacks is told first, whatever the workspace holds.
    private async Task<StageChange?> CompareOutputAsync(StageEntry entry, WorkspaceContents contents, ObjectVerifier verifier, CancellationToken cancellationToken)
    {
        if (entry.Cached is not { } cached)
        {
            return await CompareAsync(entry, contents, cancellationToken).ConfigureAwait(false);
        }

        var missing = new StageChange { Path = Shown(entry.FullPath, isInside: true), Kind = StageChangeKind.NotInCache };
        if (entry.IsLegacy)
        {
            // To hash a 2.x folder puts its list into the cache.
            return verifier.HasAll(cached, expected: null, cancellationToken) ? await CompareAsync(entry, contents, cancellationToken).ConfigureAwait(false) : missing;
        }

        try
        {
            // The list of the workspace is mostly the recorded one, which then need not be parsed.
            var change = await CompareAsync(entry, contents, cancellationToken).ConfigureAwait(false);
            return verifier.HasAll(cached, contents.FolderAt(entry.FullPath, isLegacy: false), cancellationToken) ? change : missing;
        }
        catch (DvcException) when (!verifier.HasAll(cached, expected: null, cancellationToken))
        {
            return missing;
        }
    }

    private async Task<StageChange?> CompareAsync(StageEntry entry, WorkspaceContents contents, CancellationToken cancellationToken)
    {
        if (entry.Url is not null)
        {
            throw new DvcException($"Whether '{entry.Url}' has changed cannot be told: only paths of this machine are compared. Freeze its stage, or leave it out of the targets.");
        }

        var id = await contents.IdOfAsync(entry.FullPath, entry.IsLegacy, cancellationToken).ConfigureAwait(false);
        StageChangeKind? kind = id is null ? StageChangeKind.Deleted : id != entry.Id ? StageChangeKind.Modified : null;
        return kind is null ? null : new StageChange { Path = Shown(entry.FullPath, entry.Path is not null), Kind = kind };
    }
}
