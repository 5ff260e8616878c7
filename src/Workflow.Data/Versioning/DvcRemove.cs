using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>Ends the tracking of outputs. The <c>.dvc</c> file goes last: killed before, the command can be repeated.</summary>
internal sealed class DvcRemove(RepositoryContext context, DataRemoveOptions options)
{
    public async Task<DataRemoveResult> RunAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var metafiles = Find(catalog, targets);
        var outputs = metafiles.SelectMany(static m => m.Outputs).ToList();
        await using var entered = (await ReadWriteLockFile.EnterAsync(context, outputs.Select(o => context.FullPath(o.Path)).ToList(), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

        var unprotect = new DvcUnprotect(context);
        foreach (var output in outputs)
        {
            if (options.DeleteOutputs)
            {
                Delete(output.Path);
            }
            else if (output.IsCached)
            {
                unprotect.Unprotect(output.Path, cancellationToken);
            }
        }

        var forGit = await RemoveIgnoredAsync(outputs.Select(static o => o.Path), cancellationToken).ConfigureAwait(false);
        foreach (var metafile in metafiles)
        {
            File.Delete(context.FullPath(metafile.Path));
            forGit.Add(metafile.Path);
        }

        var isStaged = context.Git is not null && context.Configuration.Autostage;
        if (isStaged)
        {
            await context.Git!.StageAsync(forGit, cancellationToken).ConfigureAwait(false);
        }

        return new DataRemoveResult { Outputs = [.. outputs.Select(static o => o.Path)], FilesForGit = [.. forGit], IsStaged = isStaged };
    }

    private async Task<List<string>> RemoveIgnoredAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var changed = new List<string>();
        if (context.Git is null)
        {
            return changed;
        }

        foreach (var group in paths.GroupBy(RepositoryPath.FolderOf, StringComparer.Ordinal))
        {
            var file = RepositoryPath.Join(group.Key, ".gitignore");
            if (await GitIgnoreFile.RemoveAsync(context.FullPath(file), group.Select(RepositoryPath.NameOf), cancellationToken).ConfigureAwait(false))
            {
                changed.Add(file);
            }
        }

        return changed;
    }

    private List<DvcMetafile> Find(OutputCatalog catalog, IReadOnlyList<string> targets)
    {
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var found = new List<DvcMetafile>();
        var problems = new List<string>();
        foreach (var target in targets)
        {
            var path = RepositoryPath.TryResolve(context.Root, folder, target.Length == 0 ? "." : target);
            if (path is not null && catalog.Metafiles.TryGetValue(path, out var metafile))
            {
                found.Add(metafile);
            }
            else
            {
                problems.Add(path is not null && catalog.Metafiles.ContainsKey(path + ".dvc")
                    ? $"'{target}' is the data. Name the file that tracks it: '{target}.dvc'."
                    : $"'{target}' is no .dvc file of the repository.");
            }
        }

        return problems.Count == 0 ? [.. found.Distinct()] : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    // A link is deleted, never what it points to.
    private void Delete(string path)
    {
        var full = context.FullPath(path);
        switch (PosixFiles.Stamp(full, followLinks: false).Kind)
        {
            case FileKind.Missing:
                break;
            case FileKind.Folder:
                Directory.Delete(full, recursive: true);
                break;
            default:
                File.Delete(full);
                break;
        }
    }
}
