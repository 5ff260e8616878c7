namespace Workflow.Data.Versioning.Stages;

/// <summary>The files as they are in the workspace.</summary>
internal sealed class WorkspaceState(string root) : RepositoryState(root)
{
    private readonly string _root = root;

    public override ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var full = Path.Combine(_root, path);
        return ValueTask.FromResult(File.Exists(full) ? File.ReadAllBytes(full) : null);
    }
}
