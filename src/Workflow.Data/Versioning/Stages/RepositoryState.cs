namespace Workflow.Data.Versioning.Stages;

/// <summary>Where the files of a state of a repository are read: the workspace, or a git commit.</summary>
/// <param name="root">The repository's root.</param>
internal abstract class RepositoryState(string root)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Relative to the repository's root.</param>
    /// <param name="cancellationToken">Passed on.</param>
    /// <returns>Null when there is none, or it is a folder.</returns>
    public abstract ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Resolves a path from a folder of the repository.</summary>
    /// <returns>Null when it lies outside.</returns>
    public string? TryResolve(string folder, string path) => RepositoryPath.TryResolve(root, Path.Combine(root, folder), path);
}
