using System.Collections.Immutable;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Everything that a state of a repository tracks. Immutable.</summary>
internal sealed class OutputCatalog
{
    public OutputCatalog(ImmutableArray<DvcMetafile> metafiles, ImmutableArray<PipelineStage> stages, ImmutableArray<TrackedOutput> pipelineOutputs)
    {
        Metafiles = metafiles.ToImmutableDictionary(static m => m.Path, StringComparer.Ordinal);
        Stages = stages;
        Outputs = [.. metafiles.SelectMany(static m => m.Outputs), .. pipelineOutputs];
    }

    public static OutputCatalog Empty { get; } = new([], [], []);

    public ImmutableDictionary<string, DvcMetafile> Metafiles { get; }

    /// <summary>Gets the stages of all <c>dvc.yaml</c>.</summary>
    public ImmutableArray<PipelineStage> Stages { get; }

    public ImmutableArray<TrackedOutput> Outputs { get; }

    /// <summary>Whether both track the same content at the same places.</summary>
    public bool HasContentOf(OutputCatalog other) =>
        Outputs.Select(static o => (o.Path, o.Id)).ToHashSet().SetEquals(other.Outputs.Select(static o => (o.Path, o.Id)));

    /// <summary>Gets the output that covers a path: itself, or a folder above it.</summary>
    public TrackedOutput? FindCovering(string path) =>
        Outputs.FirstOrDefault(o => o.Path == path) ?? Outputs.FirstOrDefault(o => RepositoryPath.IsInside(path, o.Path));
}
