using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>Everything that a state of a repository tracks. Immutable.</summary>
internal sealed class OutputCatalog
{
    public OutputCatalog(ImmutableArray<DvcMetafile> metafiles, ImmutableArray<TrackedOutput> pipelineOutputs)
    {
        Metafiles = metafiles.ToImmutableDictionary(static m => m.Path, StringComparer.Ordinal);
        Outputs = [.. metafiles.SelectMany(static m => m.Outputs), .. pipelineOutputs];
    }

    /// <summary>Gets whether that state has the settings of today, so that its lists of files may be read from the default remote.</summary>
    public bool KnowsRemote { get; init; } = true;

    public static OutputCatalog Empty { get; } = new([], []);

    public ImmutableDictionary<string, DvcMetafile> Metafiles { get; }

    public ImmutableArray<TrackedOutput> Outputs { get; }

    /// <summary>Gets the output that covers a path: itself, or a folder above it.</summary>
    public TrackedOutput? FindCovering(string path) =>
        Outputs.FirstOrDefault(o => o.Path == path) ?? Outputs.FirstOrDefault(o => RepositoryPath.IsInside(path, o.Path));
}
