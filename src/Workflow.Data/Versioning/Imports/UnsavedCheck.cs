using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Keeps what lies in the workspace and nowhere else from being replaced by an update.</summary>
internal sealed class UnsavedCheck(RepositoryContext context)
{
    /// <summary>Refuses to replace an output by another content while files of it are not in the cache.</summary>
    /// <param name="output">The output as it is recorded now.</param>
    /// <param name="content">What is to be there; it is in the cache.</param>
    /// <param name="isForced">Whether to let them go.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <returns>Whether a checkout has to be forced: what it replaces is not in the cache, but was fetched for this import.</returns>
    public async Task<bool> CheckAsync(TrackedOutput output, RecordedContent content, bool isForced, CancellationToken cancellationToken)
    {
        if (isForced)
        {
            return true;
        }

        var next = output with { Id = content.Id, Size = content.Size, FileCount = content.FileCount, IsPartialImport = false, IsLegacy = false };
        var index = HashIndex.Load(context.HashIndexPath);
        var plan = await new CheckoutPlanner(context, index, isRelink: false).PlanAsync(new SelectedOutput(next, []), cancellationToken).ConfigureAwait(false);
        Refuse(await WithoutFetchedAsync(output, plan.Unsaved, cancellationToken).ConfigureAwait(false));
        return plan.Unsaved.Count > 0;
    }

    /// <summary>Takes an output out of the workspace, once all of it is in the cache.</summary>
    public async Task RemoveAsync(TrackedOutput output, bool isForced, CancellationToken cancellationToken)
    {
        var path = context.FullPath(output.Path);
        var stamp = PosixFiles.Stamp(path, followLinks: false);
        if (stamp.Kind == FileKind.Missing)
        {
            return;
        }

        if (!isForced)
        {
            var files = stamp.Kind == FileKind.Folder
                ? new WorkspaceWalk(context.Root, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ListFiles(output.Path, isTolerant: true, cancellationToken)
                : [new WorkspaceFile(output.Path, PosixFiles.Stamp(path), IsLink: false)];
            var hashes = await new FileIngest(context.Root, context.Jobs, context.TimeProvider).HashAsync(files, HashIndex.Load(context.HashIndexPath), target: null, cancellationToken).ConfigureAwait(false);
            Refuse(await WithoutFetchedAsync(output, [.. files.Select(static f => f.Path).Where((_, i) => !context.Cache.Contains(hashes[i].ToString()))], cancellationToken).ConfigureAwait(false));
        }

        using var spool = new SpoolFolder(context.OwnFolder);
        if (stamp.Kind == FileKind.Folder)
        {
            Directory.Move(path, spool.NewFile());
        }
        else
        {
            File.Delete(path);
        }
    }

    private async Task<IReadOnlyList<string>> WithoutFetchedAsync(TrackedOutput output, List<string> unsaved, CancellationToken cancellationToken)
    {
        if (unsaved.Count == 0 || !output.IsContentElsewhere || await FetchedImport.TryReadAsync(context, output, cancellationToken).ConfigureAwait(false) is not { } fetched)
        {
            return unsaved;
        }

        return [.. unsaved.Where(p => PosixFiles.Stamp(context.FullPath(p), followLinks: false).Kind != FileKind.File || fetched.Find(FileHasher.HashFile(context.FullPath(p), cancellationToken).ToString()) is null)];
    }

    private static void Refuse(IReadOnlyList<string> unsaved)
    {
        if (unsaved.Count > 0)
        {
            throw new DvcException(
                DvcErrorKind.BadInput,
                [.. unsaved.Distinct(StringComparer.Ordinal).Select(static p => $"'{p}' would be lost: its content is not in the cache. Move it away, or give it up with force.")]);
        }
    }
}
