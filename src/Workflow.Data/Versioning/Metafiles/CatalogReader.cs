using System.Collections.Immutable;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Stages;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Finds what is tracked: in the workspace, or in a git commit.</summary>
internal sealed class CatalogReader(RepositoryContext context, IgnoreRules rules)
{
    private static readonly string[] Pathspecs = ["--", ":(glob)**/*.dvc", ":(glob)**/" + PipelineReader.FileName];

    /// <summary>Reads the metafiles of the workspace. Those that git or <c>.dvcignore</c> ignore, and those inside tracked folders, do not count.</summary>
    /// <exception cref="DvcException">Everything that is wrong in all of them.</exception>
    public async Task<OutputCatalog> ReadWorkspaceAsync(CancellationToken cancellationToken)
    {
        var paths = context.Git is { } git
            ? await ListWithGitAsync(git, cancellationToken).ConfigureAwait(false)
            : new WorkspaceWalk(context.Root, rules).ListFiles("", isTolerant: true, cancellationToken).Select(static f => f.Path);
        return await ParseAsync(new WorkspaceState(context.Root), paths.Where(p => IsMetafile(p) && File.Exists(context.FullPath(p)) && !rules.IsIgnored(p, isFolder: false, out _)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the metafiles of a commit.</summary>
    /// <param name="commit">What git can resolve to a commit; never an option.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>Null when there is no such commit.</returns>
    public async Task<OutputCatalog?> ReadCommitAsync(string commit, CancellationToken cancellationToken)
    {
        if (await CommitState.ReadAsync(context, commit, cancellationToken).ConfigureAwait(false) is not { } state)
        {
            return null;
        }

        var paths = state.Paths.Where(p => IsMetafile(p) && !rules.IsIgnored(p, isFolder: false, out _)).ToList();
        var locks = paths.Where(static p => RepositoryPath.NameOf(p) == PipelineReader.FileName).Select(PipelineReader.LockPathOf).Where(state.Paths.Contains);
        await state.PrefetchAsync(paths.Concat(locks), cancellationToken).ConfigureAwait(false);
        return await ParseAsync(state, paths, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads one version of one metafile.</summary>
    /// <param name="path">Relative to the repository's root.</param>
    /// <param name="text">Its content.</param>
    /// <param name="lockText">That of the <c>dvc.lock</c> beside a <c>dvc.yaml</c>; null when there is none.</param>
    /// <exception cref="DvcException">Everything that is wrong in it.</exception>
    public IReadOnlyList<TrackedOutput> Parse(string path, byte[] text, byte[]? lockText) => RepositoryPath.NameOf(path) == PipelineReader.FileName
        ? RecordedOutputs.Read(context.Root, path, text, lockText)
        : DvcMetafile.Read(context.Root, path, text).Outputs;

    internal static bool IsMetafile(string path)
    {
        var name = RepositoryPath.NameOf(path);
        return (name.EndsWith(".dvc", StringComparison.Ordinal) && name != ".dvc") || name == PipelineReader.FileName;
    }

    private static async Task<IEnumerable<string>> ListWithGitAsync(GitProgram git, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(
            git.RunAsync(["ls-files", "-z", "--cached", "--others", "--exclude-standard", .. Pathspecs], input: null, [], cancellationToken),
            git.RunAsync(["ls-files", "-z", "--cached", "--ignored", "--exclude-standard", .. Pathspecs], input: null, [], cancellationToken)).ConfigureAwait(false);
        return answers[0].Records.Distinct(StringComparer.Ordinal).Except(answers[1].Records, StringComparer.Ordinal);
    }

    private async Task<OutputCatalog> ParseAsync(RepositoryState state, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var metafiles = ImmutableArray.CreateBuilder<DvcMetafile>();
        var stages = ImmutableArray.CreateBuilder<PipelineStage>();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var path in paths.OrderBy(static p => p.Count(static c => c == '/')).ThenBy(static p => p, CodePointComparer.Instance))
        {
            if (IsBelow(path, folders))
            {
                continue;
            }

            try
            {
                if (RepositoryPath.NameOf(path) == PipelineReader.FileName)
                {
                    var made = await PipelineReader.ReadAsync(state, path, cancellationToken).ConfigureAwait(false);
                    stages.AddRange(made);
                    folders.UnionWith(made.SelectMany(s => PipelineOutputs.Of(context.Root, s)).Select(static o => o.Path));
                }
                else
                {
                    metafiles.Add(DvcMetafile.Read(context.Root, path, (await state.ReadAsync(path, cancellationToken).ConfigureAwait(false))!));
                    folders.UnionWith(metafiles[^1].Outputs.Select(static o => o.Path));
                }
            }
            catch (DvcException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count == 0
            ? new OutputCatalog(metafiles.ToImmutable(), stages.ToImmutable(), [.. stages.SelectMany(s => PipelineOutputs.Of(context.Root, s))])
            : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    private static bool IsBelow(string path, HashSet<string> folders)
    {
        for (var folder = RepositoryPath.FolderOf(path); folder.Length > 0; folder = RepositoryPath.FolderOf(folder))
        {
            if (folders.Contains(folder))
            {
                return true;
            }
        }

        return false;
    }
}
