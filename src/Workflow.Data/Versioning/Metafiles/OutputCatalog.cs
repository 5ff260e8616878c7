using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Everything that a state of a repository tracks. Immutable.</summary>
internal sealed class OutputCatalog
{
    public OutputCatalog(ImmutableArray<DvcMetafile> metafiles, ImmutableArray<TrackedOutput> pipelineOutputs)
    {
        Metafiles = metafiles.ToImmutableDictionary(static m => m.Path, StringComparer.Ordinal);
        Outputs = [.. metafiles.SelectMany(static m => m.Outputs), .. pipelineOutputs];
    }

    public static OutputCatalog Empty { get; } = new([], []);

    public ImmutableDictionary<string, DvcMetafile> Metafiles { get; }

    public ImmutableArray<TrackedOutput> Outputs { get; }

    /// <summary>Whether both track the same content at the same places.</summary>
    public bool HasContentOf(OutputCatalog other) =>
        Outputs.Select(static o => (o.Path, o.Id)).ToHashSet().SetEquals(other.Outputs.Select(static o => (o.Path, o.Id)));

    /// <summary>Gets the output that covers a path: itself, or a folder above it.</summary>
    public TrackedOutput? FindCovering(string path) =>
        Outputs.FirstOrDefault(o => o.Path == path) ?? Outputs.FirstOrDefault(o => RepositoryPath.IsInside(path, o.Path));
}
