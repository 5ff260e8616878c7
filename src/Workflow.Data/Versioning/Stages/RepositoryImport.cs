using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Asks the repository that data was imported from whether it has moved on.</summary>
internal static class RepositoryImport
{
    private const int CommitLength = 40;

    /// <summary>Tells whether what the import follows is another commit than the one it was made from.</summary>
    /// <param name="root">The repository's root, from which a path to another starts.</param>
    /// <param name="import">An import with a <see cref="MetafileDependency.RepositoryUrl"/>.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="DvcException">The other repository cannot be asked, or has no such revision.</exception>
    public static async Task<bool> HasMovedAsync(string root, MetafileDependency import, CancellationToken cancellationToken)
    {
        var url = import.RepositoryUrl!;
        var wanted = import.Revision ?? "HEAD";
        if ((url + wanted + import.LockedRevision).Contains('\0', StringComparison.Ordinal) || url.StartsWith('-') || wanted.StartsWith('-'))
        {
            throw new DvcException($"'{url}' at '{wanted}' is no repository and revision that git could be asked for.");
        }

        var folder = Path.GetFullPath(url, root);
        var current = import.LockedRevision ?? wanted;
        if (Directory.Exists(folder))
        {
            var git = new GitProgram(folder);
            return await ResolveAsync(git, url, current, cancellationToken).ConfigureAwait(false) != await ResolveAsync(git, url, wanted, cancellationToken).ConfigureAwait(false);
        }

        if (IsCommit(wanted))
        {
            return wanted != current;
        }

        var answer = await new GitProgram(root).RunAsync(["ls-remote", "--", url, wanted, wanted + "^{}"], input: null, [], cancellationToken).ConfigureAwait(false);

        // "<commit>\t<ref>"; of an annotated tag the line with ^{} names the commit.
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var line = lines.FirstOrDefault(static l => l.EndsWith("^{}", StringComparison.Ordinal)) ?? lines.FirstOrDefault()
            ?? throw new DvcException($"The repository '{url}' has no branch or tag '{wanted}'. Correct 'rev' in the .dvc file, or write a full commit id.");
        return !line.StartsWith(current, StringComparison.Ordinal);
    }

    private static bool IsCommit(string revision) => revision.Length == CommitLength && revision.All(char.IsAsciiHexDigitLower);

    private static async Task<string> ResolveAsync(GitProgram git, string url, string revision, CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync(["rev-parse", "--verify", "-q", revision + "^{commit}"], input: null, [1, 128], cancellationToken).ConfigureAwait(false);
        return answer.ExitCode == 0 ? answer.Text : throw new DvcException($"The repository '{url}' has no revision '{revision}'. Correct 'rev' or 'rev_lock' in the .dvc file.");
    }
}
