using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Another repository at one commit: a clone in a temporary folder, deleted in the end.</summary>
internal sealed class SourceRepository : IDisposable
{
    private SourceRepository(string url, string folder, string commit) => (Url, Folder, Commit) = (url, folder, commit);

    public string Url { get; }

    /// <summary>Gets the clone.</summary>
    public string Folder { get; }

    public string Commit { get; }

    /// <summary>Gets the clone as a repository of DVC; null when it is only one of git.</summary>
    public RepositoryContext? Context { get; private init; }

    /// <summary>Gets the repository whose remotes have the data: for a folder on this machine that itself, since its settings are relative to it.</summary>
    public RepositoryContext? RemoteContext { get; private init; }

    /// <summary>Gets whether <see cref="RemoteContext"/> is on this machine, so that its cache can be read.</summary>
    public bool IsLocal { get; private init; }

    /// <param name="url">An address of git or a path.</param>
    /// <param name="revision">Null: the default branch.</param>
    /// <param name="folder">What a path starts from.</param>
    /// <param name="context">Gives the clock and what opens remotes.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="DvcException">There is no such repository or revision.</exception>
    public static async Task<SourceRepository> CloneAsync(string url, string? revision, string folder, (TimeProvider Clock, IReadOnlyList<IBlobStoreProvider> Providers) context, CancellationToken cancellationToken)
    {
        if (url.Length == 0 || url.StartsWith('-') || url.Contains('\0', StringComparison.Ordinal) || revision is { } given && (given.StartsWith('-') || given.Contains('\0', StringComparison.Ordinal)))
        {
            throw new DvcException($"'{url}' at '{revision}' is no repository and revision that git could be asked for.");
        }

        var local = Path.GetFullPath(url, folder);
        var isLocal = Directory.Exists(local);
        if (isLocal && !Path.Exists(Path.Combine(local, ".git")) && !File.Exists(Path.Combine(local, "HEAD")))
        {
            throw new DvcException($"'{local}' is no git repository. Name the root of one, or its address.");
        }

        var clone = Directory.CreateTempSubdirectory("workflow-clone-").FullName;
        try
        {
            await new GitProgram(folder).RunAsync(["clone", "-q", "--no-checkout", "--", isLocal ? local : url, clone], input: null, [], cancellationToken).ConfigureAwait(false);
            var git = new GitProgram(clone);
            var commit = await ResolveAsync(git, url, revision, cancellationToken).ConfigureAwait(false);
            await git.RunAsync(["checkout", "-q", "--detach", commit], input: null, [], cancellationToken).ConfigureAwait(false);
            var isDvc = Directory.Exists(Path.Combine(clone, RepositoryContext.DvcFolderName));
            var own = isDvc ? RepositoryContext.Load(clone, context.Clock, providers: context.Providers) : null;
            return new SourceRepository(url, clone, commit)
            {
                Context = own,
                RemoteContext = isLocal && Directory.Exists(Path.Combine(local, RepositoryContext.DvcFolderName)) ? RepositoryContext.Load(local, context.Clock, providers: context.Providers) : own,
                IsLocal = isLocal,
            };
        }
        catch
        {
            Directory.Delete(clone, recursive: true);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task<string> ResolveAsync(GitProgram git, string url, string? revision, CancellationToken cancellationToken)
    {
        foreach (var name in revision is null ? ["HEAD"] : new[] { "refs/remotes/origin/" + revision, "refs/tags/" + revision, revision })
        {
            var answer = await git.RunAsync(["rev-parse", "--verify", "-q", "--end-of-options", name + "^{commit}"], input: null, [1, 128], cancellationToken).ConfigureAwait(false);
            if (answer.ExitCode == 0)
            {
                return answer.Text;
            }
        }

        throw new DvcException($"The repository '{url}' has no {(revision is null ? "commit yet" : $"branch, tag or commit '{revision}'")}.");
    }
}
