using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning.Stages;

/// <summary>The files as a git commit has them.</summary>
internal sealed class CommitState : RepositoryState
{
    private readonly GitProgram _git;
    private readonly Dictionary<string, string> _blobs;
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);

    private CommitState(string root, GitProgram git, Dictionary<string, string> blobs)
        : base(root) => (_git, _blobs) = (git, blobs);

    /// <summary>Gets the paths of all files, relative to the repository's root.</summary>
    public IReadOnlyCollection<string> Paths => _blobs.Keys;

    /// <summary>Lists the files of a commit.</summary>
    /// <param name="context">The repository, which uses git.</param>
    /// <param name="commit">What git can resolve to a commit; checked by the caller, never an option.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>Null when there is no such commit.</returns>
    public static async Task<CommitState?> ReadAsync(RepositoryContext context, string commit, CancellationToken cancellationToken)
    {
        var git = context.Git!;
        var listing = await git.RunAsync(["ls-tree", "-r", "-z", commit], input: null, [128], cancellationToken).ConfigureAwait(false);
        if (listing.ExitCode != 0)
        {
            var head = await git.RunAsync(["rev-parse", "--verify", "-q", commit + "^{commit}"], input: null, [1], cancellationToken).ConfigureAwait(false);
            return head.ExitCode == 1 ? null : throw new DvcException(DvcErrorKind.Environment, $"git cannot list the commit {commit} of '{context.Root}'. Run git fsck.");
        }

        var blobs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in listing.Records)
        {
            // "<mode> blob <id>\t<path>"
            if (record.StartsWith("100", StringComparison.Ordinal))
            {
                var tab = record.IndexOf('\t', StringComparison.Ordinal);
                blobs[record[(tab + 1)..]] = record[(record.LastIndexOf(' ', tab) + 1)..tab];
            }
        }

        return new CommitState(context.Root, git, blobs);
    }

    /// <summary>Reads files at once that will be asked for one by one.</summary>
    public async Task PrefetchAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        string[] ids = [.. paths.Select(p => _blobs[p]).Where(i => !_contents.ContainsKey(i)).Distinct(StringComparer.Ordinal)];
        if (ids.Length == 0)
        {
            return;
        }

        var answer = await _git.RunAsync(["cat-file", "--batch"], Encoding.ASCII.GetBytes(string.Concat(ids.Select(static i => i + "\n"))), [], cancellationToken).ConfigureAwait(false);
        var rest = answer.Output.AsMemory();
        foreach (var id in ids)
        {
            // "<id> blob <size>\n<content>\n"
            var lineEnd = rest.Span.IndexOf((byte)'\n');
            var header = Encoding.ASCII.GetString(rest.Span[..lineEnd]).Split(' ');
            var size = int.Parse(header[2], NumberStyles.None, CultureInfo.InvariantCulture);
            _contents[id] = rest.Slice(lineEnd + 1, size).ToArray();
            rest = rest[(lineEnd + 1 + size + 1)..];
        }
    }

    public override async ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!_blobs.TryGetValue(path, out var id))
        {
            return null;
        }

        await PrefetchAsync([path], cancellationToken).ConfigureAwait(false);
        return _contents[id];
    }
}
