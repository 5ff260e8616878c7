using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning;

/// <summary>Works out what <c>dvc diff</c> tells.</summary>
internal sealed class DvcDiff(RepositoryContext context, DataDiffOptions options)
{
    private const string Head = "HEAD";
    private readonly IgnoreRules _rules = new(context.Root, skipsNestedRepositories: true);
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);

    public async Task<DataDiffResult> RunAsync(CancellationToken cancellationToken)
    {
        var git = context.Git ?? throw new DvcException("A diff compares git revisions, and the repository is used without git (core.no_scm). Use a repository with git.");
        using var held = await DvcLock.AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false);
        var nothing = new DataDiffResult { IsAgainstWorkspace = options.NewRevision is null };
        if (await FindCommitAsync(git, Head, cancellationToken).ConfigureAwait(false) is null)
        {
            return nothing;
        }

        var oldCommit = await RequireCommitAsync(git, options.OldRevision, cancellationToken).ConfigureAwait(false);
        var newCommit = options.NewRevision is null ? null : await RequireCommitAsync(git, options.NewRevision, cancellationToken).ConfigureAwait(false);
        if (oldCommit == newCommit)
        {
            return nothing;
        }

        var reader = new CatalogReader(context, _rules);
        var oldCatalog = (await reader.ReadCommitAsync(oldCommit, cancellationToken).ConfigureAwait(false))!;
        var newCatalog = newCommit is null
            ? await reader.ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false)
            : (await reader.ReadCommitAsync(newCommit, cancellationToken).ConfigureAwait(false))!;
        FindRoots(oldCatalog, newCatalog);

        var builder = new DataTreeBuilder(context, isGranular: true);
        DataTree current;
        if (newCommit is null)
        {
            var index = HashIndex.Load(context.HashIndexPath);
            current = await builder.FromWorkspaceAsync(newCatalog, index, cancellationToken).ConfigureAwait(false);
            await index.TrySaveAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            current = builder.FromCatalog(newCatalog, asksRemote: false);
        }

        var comparison = new RevisionComparison(_roots, newCommit is null ? context.Cache : null);
        return comparison.Run(builder.FromCatalog(oldCatalog, asksRemote: false), current);
    }

    private static async Task<string?> FindCommitAsync(GitProgram git, string revision, CancellationToken cancellationToken)
    {
        if (revision.StartsWith('-') || revision.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var answer = await git.RunAsync(["rev-parse", "--verify", "-q", revision + "^{commit}"], input: null, [1, 128], cancellationToken).ConfigureAwait(false);
        return answer.ExitCode == 0 ? answer.Text : null;
    }

    private static async Task<string> RequireCommitAsync(GitProgram git, string revision, CancellationToken cancellationToken) =>
        await FindCommitAsync(git, revision, cancellationToken).ConfigureAwait(false)
            ?? throw new DvcException($"'{revision}' is no git revision. Name a branch, a tag or a commit that this repository has.");

    private void FindRoots(OutputCatalog old, OutputCatalog current)
    {
        if (options.Targets.Count == 0)
        {
            _roots.UnionWith(old.Outputs.Concat(current.Outputs).Select(static o => o.Path));
            return;
        }

        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var problems = new List<string>();
        foreach (var target in options.Targets)
        {
            var found = Find(old, folder, target).Concat(Find(current, folder, target)).ToList();
            _roots.UnionWith(found);
            if (found.Count == 0)
            {
                problems.Add($"'{target}' is tracked neither in '{options.OldRevision}' nor in {(options.NewRevision is null ? "the workspace" : $"'{options.NewRevision}'")}.");
            }
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    private IEnumerable<string> Find(OutputCatalog catalog, string folder, string target)
    {
        var path = RepositoryPath.TryResolve(context.Root, folder, target);
        if (path is not null && catalog.Outputs.Any(o => o.Path == path || RepositoryPath.IsInside(path, o.Path)))
        {
            return [path];
        }

        var stages = catalog.Metafiles.Values.Select(m => StageView.Of(context.Root, m)).Concat(catalog.Stages.Select(s => StageView.Of(context.Root, s)));
        return stages
            .Where(s => s.FilePath == path || (s.Stage is { } stage && (stage.Name == target || stage.Group == target || $"{stage.FilePath}:{stage.Name}" == target)))
            .SelectMany(static s => s.Outputs)
            .Select(static o => o.Path)
            .OfType<string>();
    }
}
