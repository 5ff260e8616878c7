using System.Globalization;

namespace Workflow.Data.Versioning.Revisions;

/// <summary>Turns a scope into commits.</summary>
internal sealed class CommitLister(GitProgram git)
{
    /// <summary>Gets the full ids of the commits, each once.</summary>
    /// <exception cref="DvcException">A revision does not exist.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(RevisionScope scope, CancellationToken cancellationToken)
    {
        var commits = new List<string>();
        foreach (var revision in scope.Revisions)
        {
            commits.AddRange(await ChainAsync(revision, scope.Depth, cancellationToken).ConfigureAwait(false));
        }

        if (scope.AllCommits)
        {
            commits.AddRange(await LinesAsync(["rev-list", .. await HeadAsync(cancellationToken).ConfigureAwait(false), "--all"], cancellationToken).ConfigureAwait(false));
        }
        else
        {
            string[] references = [.. scope.AllBranches ? ["refs/heads"] : Array.Empty<string>(), .. scope.AllTags ? ["refs/tags"] : Array.Empty<string>()];
            if (references.Length > 0)
            {
                // "<id> <type> <id of what a tag points to> <its type> <name>"; a tag of something else than a commit does not count.
                var lines = await LinesAsync(["for-each-ref", "--format=%(objectname) %(objecttype) %(*objectname) %(*objecttype) %(refname)", .. references], cancellationToken).ConfigureAwait(false);
                foreach (var fields in lines.Select(static l => l.Split(' ')))
                {
                    var tip = fields[1] == "commit" ? fields[0] : fields[3] == "commit" ? fields[2] : null;
                    commits.AddRange(tip is null ? [] : fields[4].StartsWith("refs/heads/", StringComparison.Ordinal) && scope.Depth > 1 ? await ChainAsync(tip, scope.Depth, cancellationToken).ConfigureAwait(false) : [tip]);
                }
            }

            if (scope.Since is { } since)
            {
                var seconds = since.ToUnixTimeSeconds();
                var lines = await LinesAsync(["rev-list", "--timestamp", .. await HeadAsync(cancellationToken).ConfigureAwait(false), "--all"], cancellationToken).ConfigureAwait(false);
                commits.AddRange(lines.Select(static l => l.Split(' ')).Where(f => long.Parse(f[0], CultureInfo.InvariantCulture) >= seconds).Select(static f => f[1]));
            }
        }

        if (scope.AllExperiments)
        {
            commits.AddRange(await LinesAsync(["rev-list", "--glob=refs/exps/*"], cancellationToken).ConfigureAwait(false));
        }

        return [.. commits.Distinct(StringComparer.Ordinal)];
    }

    private async Task<IEnumerable<string>> ChainAsync(string revision, int depth, CancellationToken cancellationToken)
    {
        var resolved = await git.RunAsync(["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], input: null, [1, 128], cancellationToken).ConfigureAwait(false);
        return resolved.ExitCode == 0
            ? await LinesAsync(["rev-list", "--first-parent", string.Create(CultureInfo.InvariantCulture, $"--max-count={depth}"), resolved.Text], cancellationToken).ConfigureAwait(false)
            : throw new DvcException($"git knows no revision '{revision}'. Name a commit, branch or tag of this repository.");
    }

    // A detached head is reached by no reference; without a commit there is none.
    private async Task<string[]> HeadAsync(CancellationToken cancellationToken)
    {
        var head = await git.RunAsync(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], input: null, [1, 128], cancellationToken).ConfigureAwait(false);
        return head.ExitCode == 0 ? [head.Text] : [];
    }

    private async Task<IEnumerable<string>> LinesAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync(arguments, input: null, [], cancellationToken).ConfigureAwait(false);
        return answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
