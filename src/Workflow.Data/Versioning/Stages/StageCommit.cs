using System.Collections.Immutable;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Works out what a stage of a <c>dvc.yaml</c> is to record of what lies in the workspace now, and what of it goes into the cache.</summary>
/// <param name="context">The repository.</param>
/// <param name="contents">The files as they are.</param>
/// <param name="problems">Takes why something cannot be recorded.</param>
internal sealed class StageCommit(RepositoryContext context, WorkspaceContents contents, List<string> problems)
{
    private readonly ParameterStatus _parameters = new();

    /// <summary>Compares a stage with its workspace.</summary>
    /// <param name="stage">Of a <c>dvc.yaml</c>.</param>
    /// <param name="allowsMissing">Whether what is not there keeps its record.</param>
    /// <param name="isForced">Whether what changed is recorded; otherwise it is a problem.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <returns>The stage with its new records; those of cached outputs are known when the outputs are in the cache (<see cref="Complete"/>).</returns>
    public async Task<PipelineStage> ReadAsync(StageView stage, bool allowsMissing, bool isForced, CancellationToken cancellationToken)
    {
        var pipeline = stage.Stage!;
        var changes = new List<string>();
        if (pipeline.IsCommandChanged)
        {
            changes.Add("its command");
        }

        var dependencies = ImmutableArray.CreateBuilder<StageDependency>();
        foreach (var (dependency, entry) in pipeline.Dependencies.Zip(stage.Dependencies))
        {
            dependencies.Add(dependency with { Recorded = await ReadAsync(entry, dependency.Recorded, allowsMissing, changes, cancellationToken).ConfigureAwait(false) });
        }

        var outputs = ImmutableArray.CreateBuilder<StageOutput>();
        foreach (var (output, entry) in pipeline.Outputs.Zip(stage.Outputs))
        {
            outputs.Add(output with { Recorded = await ReadAsync(entry, output.Recorded, allowsMissing, changes, cancellationToken).ConfigureAwait(false) });
        }

        var parameters = pipeline.Parameters.Select(p => Read(pipeline, p, allowsMissing, changes)).ToImmutableArray();
        if (changes.Count > 0 && !isForced)
        {
            problems.Add($"The stage '{pipeline.Name}' of '{pipeline.FilePath}' is not what its last run recorded: {string.Join(", ", changes)} changed. Record it as it is now with force, or run the stage.");
        }

        return pipeline with { Dependencies = dependencies.ToImmutable(), Outputs = outputs.ToImmutable(), Parameters = parameters };
    }

    /// <summary>Gives a stage what was put into the cache of its outputs.</summary>
    /// <param name="stage">As <see cref="ReadAsync(StageView, bool, bool, CancellationToken)"/> made it.</param>
    /// <param name="stored">By path relative to the root; outputs that it lacks keep what was read.</param>
    public PipelineStage Complete(PipelineStage stage, IReadOnlyDictionary<string, RecordedContent> stored) => stage with
    {
        Outputs =
        [
            .. stage.Outputs.Select(o => PathOf(stage, o.Path) is { } path && stored.TryGetValue(path, out var content)
                ? o with { Recorded = new ContentRecord { Id = content.Id, Size = content.Size, FileCount = content.FileCount, IsExecutable = content.IsExecutable, IsLegacy = content.IsLegacy } }
                : o),
        ],
    };

    /// <summary>Gets the outputs of a stage whose content the cache must hold.</summary>
    /// <param name="stage">As <see cref="ReadAsync(StageView, bool, bool, CancellationToken)"/> made it.</param>
    /// <param name="keepsRun">Whether the run cache is to hold the stage: then also the outputs that git keeps, as DVC does.</param>
    public IEnumerable<AddPlan> Plan(PipelineStage stage, bool keepsRun)
    {
        foreach (var (output, tracked) in stage.Outputs.Select(o => (o, Tracked: PipelineOutputs.Of(context.Root, stage with { Outputs = [o] }).SingleOrDefault())))
        {
            var kind = tracked is null ? FileKind.Missing : PosixFiles.Stamp(context.FullPath(tracked.Path)).Kind;
            if (kind is FileKind.File or FileKind.Folder && (output.IsCached || keepsRun))
            {
                yield return new AddPlan
                {
                    Target = tracked!.Path,
                    OutputPath = tracked.Path,
                    MetafilePath = tracked.MetafilePath,
                    Existing = tracked,
                    Kind = kind,
                    IsCommit = true,
                    KeepsMetafile = true,
                    IsKeptByGit = !output.IsCached,
                };
            }
        }
    }

    private string? PathOf(PipelineStage stage, string path) => RepositoryPath.TryResolve(context.Root, context.FullPath(stage.WorkingDirectory), path);

    private async Task<ContentRecord?> ReadAsync(StageEntry entry, ContentRecord? recorded, bool allowsMissing, List<string> changes, CancellationToken cancellationToken)
    {
        var shown = entry.Path ?? entry.FullPath;
        if (entry.Url is not null)
        {
            problems.Add($"'{entry.Url}' cannot be recorded: only paths of this machine are read. Leave its stage out of the targets.");
            return recorded;
        }

        // What DVC 2 recorded keeps its hash until the content changes.
        var isLegacy = recorded is { IsLegacy: true };
        var now = await contents.RecordOfAsync(entry.FullPath, isLegacy, cancellationToken).ConfigureAwait(false);
        if (now is null)
        {
            if (!allowsMissing)
            {
                problems.Add($"'{shown}' is not in the workspace. Check it out, or leave it out (--allow-missing).");
            }

            return recorded;
        }

        if (now.Id == recorded?.Id)
        {
            return now;
        }

        changes.Add($"'{shown}'");
        return isLegacy ? await contents.RecordOfAsync(entry.FullPath, isLegacy: false, cancellationToken).ConfigureAwait(false) : now;
    }

    private StageParameters Read(PipelineStage stage, StageParameters parameters, bool allowsMissing, List<string> changes)
    {
        var full = Path.GetFullPath(parameters.Path, context.FullPath(stage.WorkingDirectory));
        if (!Path.Exists(full))
        {
            if (!allowsMissing)
            {
                problems.Add($"The parameters file '{parameters.Path}' of the stage '{stage.Name}' does not exist. Restore it, or leave it out (--allow-missing).");
            }

            return parameters;
        }

        if (_parameters.Compare(parameters, full, parameters.Path) is not null)
        {
            changes.Add($"'{parameters.Path}'");
        }

        var actual = _parameters.Read(full, parameters.Path);
        var values = parameters.Keys.IsEmpty
            ? [.. actual.Members]
            : parameters.Keys.Select(k => (Key: k, Value: ParameterFile.Select(actual, k))).Select(k => KeyValuePair.Create(ParameterValue.Of(k.Key), k.Value ?? Missing(stage, parameters, k.Key))).ToList();
        return parameters with { Recorded = ParameterValue.MapOfAny(values) };
    }

    private ParameterValue Missing(PipelineStage stage, StageParameters parameters, string key)
    {
        problems.Add($"The parameters file '{parameters.Path}' has no '{key}', on which the stage '{stage.Name}' depends. Add it there, or take it out of the stage.");
        return ParameterValue.Null;
    }
}
