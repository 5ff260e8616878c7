using System.Text;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Revisions;

/// <summary>
/// Finds the metafiles of many commits. What commits share is read once: the cost is that of the distinct folders and metafiles,
/// in one process of git per level of folders.
/// </summary>
internal sealed class CommitTrees(GitProgram git, string gitPrefix)
{
    private readonly GitObjectReader _reader = new(git);
    private readonly Dictionary<string, Folder> _folders = new(StringComparer.Ordinal);

    /// <summary>Gets every distinct version of every metafile of the commits.</summary>
    public async Task<IReadOnlyCollection<CommittedMetafile>> FindAsync(IReadOnlyList<string> commits, CancellationToken cancellationToken)
    {
        var roots = new HashSet<string>(StringComparer.Ordinal);
        var pending = new List<string>();
        await foreach (var tree in _reader.ReadAsync(commits.Select(c => $"{c}:{gitPrefix.TrimEnd('/')}"), cancellationToken).ConfigureAwait(false))
        {
            if (tree.Type == "tree" && roots.Add(tree.Id))
            {
                pending.AddRange(Add(tree));
            }
        }

        while (pending.Count > 0)
        {
            var next = new List<string>();
            await foreach (var tree in _reader.ReadAsync(pending, cancellationToken).ConfigureAwait(false))
            {
                next.AddRange(Add(tree));
            }

            pending = [.. next.Where(n => !_folders.ContainsKey(n)).Distinct(StringComparer.Ordinal)];
        }

        return Collect(roots);
    }

    private HashSet<CommittedMetafile> Collect(HashSet<string> roots)
    {
        var found = new HashSet<CommittedMetafile>();
        var seen = new HashSet<(string Path, string Tree)>();
        var open = new Stack<(string Path, string Tree)>(roots.Select(static r => ("", r)));
        while (open.TryPop(out var current))
        {
            if (!seen.Add(current) || !_folders.TryGetValue(current.Tree, out var folder))
            {
                continue;
            }

            foreach (var (name, blob) in folder.Metafiles.Where(static m => m.Name != CatalogReader.LockName))
            {
                var lockBlob = name == CatalogReader.PipelineName ? folder.Metafiles.Find(static m => m.Name == CatalogReader.LockName).Id : null;
                found.Add(new CommittedMetafile(RepositoryPath.Join(current.Path, name), blob, lockBlob));
            }

            foreach (var (name, tree) in folder.Children)
            {
                open.Push((RepositoryPath.Join(current.Path, name), tree));
            }
        }

        return found;
    }

    // Entries are "<mode> <name>\0<id in binary>".
    private List<string> Add(GitObject tree)
    {
        var folder = new Folder([], []);
        var idBytes = tree.Id.Length / 2;
        for (var rest = tree.Content.Span; rest.Length > 0;)
        {
            var space = rest.IndexOf((byte)' ');
            var end = rest.IndexOf((byte)0);
            var mode = rest[..space];
            var name = Encoding.UTF8.GetString(rest[(space + 1)..end]);
            var id = Convert.ToHexStringLower(rest.Slice(end + 1, idBytes));
            if (mode.SequenceEqual("40000"u8))
            {
                folder.Children.Add((name, id));
            }
            else if (mode.StartsWith("100"u8) && (CatalogReader.IsMetafile(name) || name == CatalogReader.LockName))
            {
                folder.Metafiles.Add((name, id));
            }

            rest = rest[(end + 1 + idBytes)..];
        }

        _folders[tree.Id] = folder;
        return [.. folder.Children.Select(static c => c.Id).Where(c => !_folders.ContainsKey(c))];
    }

    private sealed record Folder(List<(string Name, string Id)> Metafiles, List<(string Name, string Id)> Children);
}
