using System.Collections.Immutable;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning;

/// <summary>Works out what <c>dvc data status</c> tells. Takes no lock, as DVC takes none.</summary>
internal sealed class DvcDataStatus(RepositoryContext context, DataStatusOptions options)
{
    public async Task<DataStatus> RunAsync(CancellationToken cancellationToken)
    {
        var targets = ResolveTargets();
        var asking = AskGitAsync(targets, cancellationToken);
        var reader = new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true));
        var catalog = await reader.ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var builder = new DataTreeBuilder(context, options.Granular);
        var recorded = builder.FromCatalog(catalog, asksRemote: true);

        var index = HashIndex.Load(context.HashIndexPath);
        var workspace = await builder.FromWorkspaceAsync(catalog, index, cancellationToken).ConfigureAwait(false);
        await index.TrySaveAsync(cancellationToken).ConfigureAwait(false);
        var uncommitted = new DataDiff(options.Granular, targets);
        var uncommittedChanges = uncommitted.Run(recorded, workspace);
        var unchanged = uncommitted.Unchanged;

        var committedChanges = DataChanges.None;
        var head = context.Git is null ? null : await reader.ReadCommitAsync("HEAD", cancellationToken).ConfigureAwait(false);
        if (context.Git is not null)
        {
            var committed = new DataDiff(options.Granular, targets);

            // DVC looks in the remote only for what the workspace tracks.
            var committedTree = head is null ? new DataTree() : head.HasContentOf(catalog) ? recorded : builder.FromCatalog(head, asksRemote: false);
            committedChanges = committed.Run(committedTree, recorded);
            unchanged.IntersectWith(committed.Unchanged);
        }

        var (untracked, isDirty) = await asking.ConfigureAwait(false);
        return new DataStatus
        {
            NotInCache = DataDiff.Sorted(uncommitted.Compared.Where(e => e.Partial is { } partial ? !FetchedImport.IsThere(context, partial) : !context.Cache.Contains(e.Id!, e.IsLegacy)).Select(static e => e.Shown)),
            NotInRemote = options.NotInRemote ? DataDiff.Sorted(await FindNotInRemoteAsync(uncommitted.Compared, cancellationToken).ConfigureAwait(false)) : [],
            Committed = committedChanges,
            Uncommitted = uncommittedChanges,
            Untracked = untracked,
            Unchanged = options.Unchanged ? DataDiff.Sorted(unchanged) : [],
            IsGitEmpty = context.Git is not null && head is null,
            IsGitDirty = isDirty,
        };
    }

    private async Task<IEnumerable<string>> FindNotInRemoteAsync(List<DataEntry> entries, CancellationToken cancellationToken)
    {
        using var remotes = new RemoteSet(context);
        var absent = new List<string>();
        foreach (var partial in entries.Where(static e => e.Partial?.Source is not null))
        {
            // For an import without content its source is the remote.
            if (!await IsSourceThereAsync(partial.Partial!.Source!, cancellationToken).ConfigureAwait(false))
            {
                absent.Add(partial.Shown);
            }
        }

        foreach (var group in entries.Where(static e => e is { IsPushed: true, Partial: null }).GroupBy(e => (e.RemoteName ?? context.Configuration.DefaultRemote)?.ToLowerInvariant()))
        {
            if (group.Key is null)
            {
                absent.AddRange(group.Select(static e => e.Shown));
                continue;
            }

            var remote = remotes.Get(group.Key);
            var ids = group.ToLookup(static e => ObjectId.TryParse(e.Id!, e.IsLegacy, out var id) ? id : default);
            var there = await remote.FindAsync([.. ids.Select(static i => i.Key)], remote.Jobs ?? context.Jobs * 4, cancellationToken).ConfigureAwait(false);
            absent.AddRange(ids.Where(i => !there.ContainsKey(i.Key)).SelectMany(static i => i.Select(static e => e.Shown)));
        }

        return absent;
    }

    private async Task<bool> IsSourceThereAsync(ImportAddress address, CancellationToken cancellationToken)
    {
        try
        {
            using var source = new UrlSources(context, new TransferMeter(progress: null, context.TimeProvider), jobs: 1).Open(address);
            await source.ListAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DvcException)
        {
            return false;
        }
    }

    private List<string> ResolveTargets()
    {
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var resolved = new List<string>();
        foreach (var target in options.Targets)
        {
            var path = RepositoryPath.TryResolve(context.Root, folder, target)
                ?? throw new DvcException($"'{target}' lies outside the repository '{context.Root}'.");
            if (path.Length == 0)
            {
                return [];
            }

            resolved.Add(path.EndsWith(".dvc", StringComparison.Ordinal) ? path[..^".dvc".Length] : path);
        }

        return resolved;
    }

    private async Task<(ImmutableArray<string> Untracked, bool IsDirty)> AskGitAsync(List<string> targets, CancellationToken cancellationToken)
    {
        if (context.Git is not { } git)
        {
            return ([], false);
        }

        var answer = await git.RunAsync(
            ["status", "--porcelain", "-z", "--no-renames", options.UntrackedFiles ? "--untracked-files=all" : "--untracked-files=no"], input: null, [], cancellationToken).ConfigureAwait(false);
        var records = answer.Records;
        var untracked = records
            .Where(r => r.StartsWith("?? ", StringComparison.Ordinal) && r.AsSpan(3).StartsWith(context.GitPrefix, StringComparison.Ordinal))
            .Select(r => r[(3 + context.GitPrefix.Length)..])
            .Where(p => targets.Count == 0 || targets.Exists(t => p == t || RepositoryPath.IsInside(p, t)))
            .Select(FromWorkingDirectory);
        return (DataDiff.Sorted(untracked), records.Length > 0);
    }

    // As DVC does with these, and with no other paths.
    private string FromWorkingDirectory(string path) => options.WorkingDirectory is { } folder
        ? Path.GetRelativePath(Path.GetFullPath(folder), context.FullPath(path)).Replace(Path.DirectorySeparatorChar, '/')
        : path;
}
