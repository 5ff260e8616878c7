using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>An output that a target names.</summary>
/// <param name="Output">The output.</param>
/// <param name="Parts">Paths in it, relative to the root, when only parts are meant; empty: the whole.</param>
internal sealed record SelectedOutput(TrackedOutput Output, IReadOnlyList<string> Parts)
{
    public bool IsWhole => Parts.Count == 0;

    /// <summary>Whether a path in the output is meant.</summary>
    public bool Covers(string path) => IsWhole || Parts.Any(p => p == path || RepositoryPath.IsInside(path, p));
}
