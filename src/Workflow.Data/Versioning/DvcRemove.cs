using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning;

/// <summary>Ends the tracking of outputs. The <c>.dvc</c> file, or the stage in <c>dvc.yaml</c>, goes last: killed before, the command can be repeated.</summary>
internal sealed class DvcRemove(RepositoryContext context, DataRemoveOptions options)
{
    public async Task<DataRemoveResult> RunAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var (metafiles, stages) = Find(catalog, targets);
        var outputs = metafiles.SelectMany(static m => m.Outputs)
            .Concat(stages.SelectMany(s => catalog.Outputs.Where(o => o.MetafilePath == s.FilePath && o.StageName == s.Name))).ToList();
        var pipelines = stages.Count == 0 ? [] : await EditPipelinesAsync(stages, cancellationToken).ConfigureAwait(false);
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

        var forGit = await RemoveIgnoredAsync(outputs.Where(static o => !o.IsFromPipeline || o.IsCached).Select(static o => o.Path), cancellationToken).ConfigureAwait(false);
        foreach (var metafile in metafiles)
        {
            File.Delete(context.FullPath(metafile.Path));
            forGit.Add(metafile.Path);
        }

        foreach (var (path, content) in pipelines)
        {
            if (content is null)
            {
                File.Delete(context.FullPath(path));
            }
            else
            {
                await AtomicFile.WriteAllBytesAsync(context.FullPath(path), content, cancellationToken).ConfigureAwait(false);
            }

            forGit.Add(path);
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

    // What the files are to be, made before anything is changed. The lock file goes first: killed between, the stage is removed by the same command.
    private async Task<List<(string Path, byte[]? Content)>> EditPipelinesAsync(List<PipelineStage> stages, CancellationToken cancellationToken)
    {
        var edits = new List<(string Path, byte[]? Content)>();
        var problems = new List<string>();
        foreach (var group in stages.GroupBy(static s => s.FilePath, StringComparer.Ordinal))
        {
            var names = group.Select(static s => s.Name).ToList();
            var bytes = await File.ReadAllBytesAsync(context.FullPath(group.Key), cancellationToken).ConfigureAwait(false);
            problems.AddRange(StageRemoval.Refusals(group.Key, bytes, names));
            if (problems.Count > 0)
            {
                continue;
            }

            foreach (var path in new[] { PipelineReader.LockPathOf(group.Key), group.Key })
            {
                var old = path == group.Key ? bytes : File.Exists(context.FullPath(path)) ? await File.ReadAllBytesAsync(context.FullPath(path), cancellationToken).ConfigureAwait(false) : null;
                var content = old is null ? null : StageRemoval.Remove(path, old, names);
                if (old is not null && !ReferenceEquals(content, old))
                {
                    edits.Add((path, content));
                }
            }
        }

        return problems.Count == 0 ? edits : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    private (List<DvcMetafile> Metafiles, List<PipelineStage> Stages) Find(OutputCatalog catalog, IReadOnlyList<string> targets)
    {
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var metafiles = new List<DvcMetafile>();
        var stages = new List<PipelineStage>();
        var problems = new List<string>();
        foreach (var target in targets)
        {
            var path = RepositoryPath.TryResolve(context.Root, folder, target.Length == 0 ? "." : target);
            if (path is not null && catalog.Metafiles.TryGetValue(path, out var metafile))
            {
                metafiles.Add(metafile);
            }
            else if (FindStages(catalog, folder, target) is { Count: > 0 } found)
            {
                stages.AddRange(found);
            }
            else
            {
                problems.Add(path is not null && catalog.Metafiles.ContainsKey(path + ".dvc")
                    ? $"'{target}' is the data. Name the file that tracks it: '{target}.dvc'."
                    : $"'{target}' is no .dvc file and no stage of the repository.");
            }
        }

        return problems.Count == 0 ? ([.. metafiles.Distinct()], [.. stages.Distinct()]) : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    private List<PipelineStage> FindStages(OutputCatalog catalog, string folder, string target)
    {
        var (file, name) = StageTargets.Split(target);
        var path = RepositoryPath.TryResolve(context.Root, folder, file ?? PipelineReader.FileName);
        return [.. catalog.Stages.Where(s => s.FilePath == path && (string.IsNullOrEmpty(name) || s.Name == name || s.Group == name))];
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
