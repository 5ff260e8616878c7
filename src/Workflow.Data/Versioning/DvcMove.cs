using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>
/// Moves an output with the file that tracks it. The new file is written first and the old one deleted after the data is at its new place:
/// killed in between, the same command finishes the move.
/// </summary>
internal sealed class DvcMove(RepositoryContext context, DataMoveOptions options)
{
    public async Task<DataMoveResult> RunAsync(string source, string destination, CancellationToken cancellationToken)
    {
        // No object is removed meanwhile; taken first, as everywhere.
        using var use = await CacheLock.AcquireSharedIfThereAsync(context, cancellationToken).ConfigureAwait(false);
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var plan = new MovePlanner(context, catalog, folder).Plan(source, destination);
        var (from, to) = (context.FullPath(plan.Output.Path), context.FullPath(plan.NewPath));
        await using var entered = (await ReadWriteLockFile.EnterAsync(context, [from, to], cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

        cancellationToken.ThrowIfCancellationRequested();
        var forGit = new List<string> { plan.NewMetafilePath };
        if (plan.HasNewMetafile)
        {
            await AtomicFile.WriteAllBytesAsync(context.FullPath(plan.NewMetafilePath), plan.NewMetafile, CancellationToken.None).ConfigureAwait(false);
        }

        Rename(from, to);
        if (plan.HasNewMetafile)
        {
            File.Delete(context.FullPath(plan.Metafile.Path));
            forGit.Add(plan.Metafile.Path);
        }
        else
        {
            await AtomicFile.WriteAllBytesAsync(context.FullPath(plan.NewMetafilePath), plan.NewMetafile, CancellationToken.None).ConfigureAwait(false);
        }

        var oldIgnore = RepositoryPath.Join(RepositoryPath.FolderOf(plan.Output.Path), ".gitignore");
        if (context.Git is not null && await GitIgnoreFile.RemoveAsync(context.FullPath(oldIgnore), [RepositoryPath.NameOf(plan.Output.Path)], CancellationToken.None).ConfigureAwait(false))
        {
            forGit.Add(oldIgnore);
        }

        return await RecordAsync(plan, forGit, cancellationToken).ConfigureAwait(false);
    }

    // As DVC does, what lies at the new place is committed, too.
    private async Task<DataMoveResult> RecordAsync(MovePlan plan, List<string> forGit, CancellationToken cancellationToken)
    {
        var moved = DvcMetafile.Read(context.Root, plan.NewMetafilePath, plan.NewMetafile);
        var output = moved.Outputs.First(o => o.Path == plan.NewPath);
        var kind = PosixFiles.Stamp(context.FullPath(plan.NewPath)).Kind;
        var add = new AddPlan
        {
            Target = output.Path,
            OutputPath = output.Path,
            MetafilePath = moved.Path,
            Existing = output,
            Kind = kind,
            IsCommit = true,
            KeepsMetafile = !output.IsCached || output.HasForeignHash || output.IsCloudVersioned || kind == FileKind.Missing,
        };
        var recorded = await new DvcAdd(context, new DataAddOptions { NoCommit = !output.IsCached }, stepReached: null)
            .RunAsync(new OutputCatalog([moved], [], []), [add], cancellationToken).ConfigureAwait(false);
        var all = forGit.Concat(recorded.FilesForGit).Distinct(StringComparer.Ordinal).ToList();
        var isStaged = context.Git is not null && context.Configuration.Autostage;
        if (isStaged)
        {
            await context.Git!.StageAsync(all, cancellationToken).ConfigureAwait(false);
        }

        return new DataMoveResult { Path = plan.NewPath, MetafilePath = plan.NewMetafilePath, FilesForGit = [.. all], IsStaged = isStaged };
    }

    private static void Rename(string from, string to)
    {
        switch (PosixFiles.Stamp(from, followLinks: false).Kind)
        {
            case FileKind.Missing:
                break;
            case FileKind.Folder:
                Directory.Move(from, to);
                break;
            default:
                File.Move(from, to);
                break;
        }
    }
}
