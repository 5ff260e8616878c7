using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning;

/// <summary>Makes the trees that a status compares.</summary>
/// <param name="context">The repository.</param>
/// <param name="isGranular">Whether the files of folders are needed.</param>
internal sealed class DataTreeBuilder(RepositoryContext context, bool isGranular)
{
    /// <summary>What metafiles record.</summary>
    /// <param name="catalog">The metafiles.</param>
    /// <param name="asksRemote">Whether lists of files that the cache lacks are looked for in a local default remote.</param>
    public DataTree FromCatalog(OutputCatalog catalog, bool asksRemote)
    {
        var tree = new DataTree();
        foreach (var output in catalog.Outputs.Where(static o => o.IsCached))
        {
            var isPushed = output is { IsPushed: true, IsRepositoryImport: false };
            var node = tree.Add(new DataEntry(output.Path, output.IsFolder, output.Id, output.IsLegacy) { Partial = output.IsPartialImport ? output : null, RemoteName = output.RemoteName, IsPushed = isPushed });
            if (!isGranular || output.Id?.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal) != true)
            {
                continue;
            }

            if (output.IsPartialImport)
            {
                node.IsUnreadable = !TryAddSource(tree, output, asksRemote);
                continue;
            }

            if (context.Cache.TryReadDirectory(output.Id, output.IsLegacy, asksRemote) is not { } folder)
            {
                node.IsUnreadable = true;
                continue;
            }

            foreach (var entry in folder.Entries)
            {
                tree.Add(new DataEntry($"{output.Path}/{entry.Path}", IsFolder: false, entry.Md5.ToString(), output.IsLegacy) { RemoteName = output.RemoteName, IsPushed = isPushed });
            }
        }

        return tree;
    }

    // The files of a folder that was imported without content are known by name alone. In a commit DVC looks for a relative path in git, where it is not.
    private bool TryAddSource(DataTree tree, TrackedOutput output, bool isInWorkspace)
    {
        var fetched = FetchedImport.PathOf(context, output);
        var path = Directory.Exists(fetched) ? fetched
            : output.Source is { IsPath: true } source && (isInWorkspace || Path.IsPathRooted(source.Text)) ? Path.GetFullPath(source.Text, source.Folder)
            : null;
        if (path is null || !Directory.Exists(path))
        {
            return false;
        }

        foreach (var file in new WorkspaceWalk(path, new IgnoreRules(path, skipsNestedRepositories: true)).ListFiles("", isTolerant: true, CancellationToken.None))
        {
            tree.Add(new DataEntry($"{output.Path}/{file.Path}", IsFolder: false, Id: null, IsLegacy: false));
        }

        return true;
    }

    /// <summary>What the workspace holds of the outputs that are tracked.</summary>
    public async Task<DataTree> FromWorkspaceAsync(OutputCatalog catalog, HashIndex index, CancellationToken cancellationToken)
    {
        var rules = new IgnoreRules(context.Root, skipsNestedRepositories: true);
        var walk = new WorkspaceWalk(context.Root, rules);
        var probe = new FolderProbe(context.Root, rules, index);
        var ingest = new FileIngest(context.Root, context.Jobs, context.TimeProvider);
        var tree = new DataTree();
        foreach (var output in catalog.Outputs.Where(static o => o.IsCached).DistinctBy(static o => o.Path))
        {
            var stamp = PosixFiles.Stamp(context.FullPath(output.Path));
            if (stamp.Kind is not (FileKind.File or FileKind.Folder))
            {
                continue;
            }

            if (stamp.Kind == FileKind.Folder && !isGranular && !output.IsLegacy && probe.TryFindId(output.Path, cancellationToken) is { } known)
            {
                tree.Add(new DataEntry(output.Path, IsFolder: true, known + DirectoryObject.Suffix, IsLegacy: false));
                continue;
            }

            var files = stamp.Kind == FileKind.File ? [new WorkspaceFile(output.Path, stamp, IsLink: false)] : walk.ListFiles(output.Path, isTolerant: true, cancellationToken);
            var hashes = output.IsLegacy
                ? await ingest.HashLegacyAsync(files, index, cancellationToken).ConfigureAwait(false)
                : await ingest.HashAsync(files, index, target: null, cancellationToken).ConfigureAwait(false);
            if (stamp.Kind == FileKind.File)
            {
                tree.Add(new DataEntry(output.Path, IsFolder: false, hashes[0].ToString(), output.IsLegacy));
                continue;
            }

            var folder = DirectoryObject.Create(files.Select((f, i) => new DirectoryEntry(f.Path[(output.Path.Length + 1)..], hashes[i])));
            if (output.IsLegacy)
            {
                index.Prune(output.Path, files.Select(static f => f.Path).ToHashSet(StringComparer.Ordinal));
            }
            else
            {
                index.Settle(output.Path, files, folder.Md5);
            }

            tree.Add(new DataEntry(output.Path, IsFolder: true, folder.Md5 + DirectoryObject.Suffix, output.IsLegacy));
            for (var i = 0; isGranular && i < files.Count; i++)
            {
                tree.Add(new DataEntry(files[i].Path, IsFolder: false, hashes[i].ToString(), output.IsLegacy));
            }
        }

        return tree;
    }
}
