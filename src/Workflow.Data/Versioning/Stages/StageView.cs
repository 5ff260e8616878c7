using System.Collections.Immutable;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Stages;

/// <summary>A stage of a <c>dvc.yaml</c> or a <c>.dvc</c> file, as a status looks at it.</summary>
internal sealed record StageView
{
    /// <summary>Gets the file that defines it, relative to the repository's root.</summary>
    public required string FilePath { get; init; }

    /// <summary>Gets the stage of a <c>dvc.yaml</c>; null for a <c>.dvc</c> file.</summary>
    public PipelineStage? Stage { get; init; }

    /// <summary>Gets the <c>.dvc</c> file; null for a stage of a <c>dvc.yaml</c>.</summary>
    public DvcMetafile? Metafile { get; init; }

    public required ImmutableArray<StageEntry> Dependencies { get; init; }

    public required ImmutableArray<StageEntry> Outputs { get; init; }

    public bool IsFrozen => Stage?.IsFrozen ?? Metafile!.IsFrozen;

    public bool IsAlwaysChanged => Stage is { IsAlwaysChanged: true } or { IsCallback: true } || Metafile is { IsAlwaysChanged: true };

    public static StageView Of(string root, PipelineStage stage)
    {
        var folder = Path.Combine(root, stage.WorkingDirectory);
        return new StageView
        {
            FilePath = stage.FilePath,
            Stage = stage,
            Dependencies = [.. stage.Dependencies.Select(d => Entry(root, folder, d.Path, d.Recorded, isCached: false, stage))],
            Outputs = [.. stage.Outputs.Select(o => Entry(root, folder, o.Path, o.Recorded, o.IsCached, stage))],
        };
    }

    public static StageView Of(string root, DvcMetafile metafile) => new()
    {
        FilePath = metafile.Path,
        Metafile = metafile,
        Dependencies =
        [
            .. metafile.Dependencies.Where(static d => d.RepositoryUrl is null).Select(d => new StageEntry
            {
                FullPath = Path.GetFullPath(d.Path, metafile.WorkingFolder),
                Path = RepositoryPath.TryResolve(root, metafile.WorkingFolder, d.Path),
                Url = d.IsUrl ? d.Path : null,
                Id = d.Id,
                IsLegacy = d.IsLegacy && RepositoryPath.TryResolve(root, metafile.WorkingFolder, d.Path) is not null,
            }),
        ],
        Outputs =
        [
            .. metafile.Outputs.Select(o => new StageEntry
            {
                FullPath = Path.Combine(root, o.Path),
                Path = o.Path,
                Id = o.IsPartialImport ? null : o.Id,
                IsLegacy = metafile.Document?.Find("outs") is YamlSequence outs && outs.Items[o.Position] is YamlMapping output && output.Find("hash") is null,
                Cached = o is { IsCached: true, IsPartialImport: false, Id: not null } ? o : null,
            }),
        ],
    };

    private static StageEntry Entry(string root, string folder, string path, ContentRecord? recorded, bool isCached, PipelineStage stage)
    {
        var resolved = RepositoryPath.TryResolve(root, folder, path);
        return new StageEntry
        {
            FullPath = Path.GetFullPath(path, folder),
            Path = resolved,
            Url = path.Contains("://", StringComparison.Ordinal) ? path : null,
            Id = recorded?.Id,
            
            // DVC takes what the lock entry of a stage leaves out for an output of DVC 2.x.
            IsLegacy = recorded?.IsLegacy ?? stage.IsRecorded,
            Cached = !isCached || recorded is null ? null : new TrackedOutput
            {
                Path = resolved ?? throw new DvcException($"{stage.FilePath}: the output '{path}' lies outside the repository, where nothing can be cached. Move it inside, or set cache: false."),
                MetafilePath = stage.FilePath,
                Position = 0,
                Id = recorded.Id,
                Size = recorded.Size,
                FileCount = recorded.FileCount,
                IsLegacy = recorded.IsLegacy,
                HasForeignHash = false,
                IsCached = true,
                IsCloudVersioned = false,
                IsFromPipeline = true,
            },
        };
    }
}
