using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Finds what is tracked: in the workspace, or in the last git commit.</summary>
internal sealed class CatalogReader(RepositoryContext context, IgnoreRules rules)
{
    internal const string PipelineName = "dvc.yaml";
    internal const string LockName = "dvc.lock";
    private static readonly string[] Pathspecs = ["--", ":(glob)**/*.dvc", ":(glob)**/" + PipelineName];

    /// <summary>Reads the metafiles of the workspace. Those that git or <c>.dvcignore</c> ignore, and those inside tracked folders, do not count.</summary>
    /// <exception cref="DvcException">Everything that is wrong in all of them.</exception>
    public async Task<OutputCatalog> ReadWorkspaceAsync(CancellationToken cancellationToken)
    {
        var paths = context.Git is { } git
            ? await ListWithGitAsync(git, cancellationToken).ConfigureAwait(false)
            : new WorkspaceWalk(context.Root, rules).ListFiles("", isTolerant: true, cancellationToken).Select(static f => f.Path);
        var texts = paths
            .Where(p => IsMetafile(p) && File.Exists(context.FullPath(p)) && !rules.IsIgnored(p, isFolder: false, out _))
            .Select(p => new KeyValuePair<string, Func<byte[]?>>(p, () => File.ReadAllBytes(context.FullPath(p))));
        return Parse(texts, path => File.Exists(context.FullPath(path)) ? File.ReadAllBytes(context.FullPath(path)) : null);
    }

    /// <summary>Reads the metafiles of the last commit.</summary>
    /// <returns>Null when there is no commit.</returns>
    public async Task<OutputCatalog?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var git = context.Git!;
        var listing = await git.RunAsync(["ls-tree", "-r", "-z", "HEAD"], input: null, [128], cancellationToken).ConfigureAwait(false);
        if (listing.ExitCode != 0)
        {
            var head = await git.RunAsync(["rev-parse", "--verify", "-q", "HEAD^{commit}"], input: null, [1], cancellationToken).ConfigureAwait(false);
            return head.ExitCode == 1 ? null : throw new DvcException(DvcErrorKind.Environment, $"git cannot list the last commit of '{context.Root}'. Run git fsck.");
        }

        var blobs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in listing.Records)
        {
            // "<mode> blob <id>\t<path>"
            var tab = record.IndexOf('\t', StringComparison.Ordinal);
            var path = record[(tab + 1)..];
            if ((IsMetafile(path) || RepositoryPath.NameOf(path) == LockName) && record.StartsWith("100", StringComparison.Ordinal) && !rules.IsIgnored(path, isFolder: false, out _))
            {
                blobs[path] = record[(record.LastIndexOf(' ', tab) + 1)..tab];
            }
        }

        var contents = await ReadBlobsAsync(git, [.. blobs.Values.Distinct(StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false);
        return Parse(
            blobs.Keys.Where(IsMetafile).Select(p => new KeyValuePair<string, Func<byte[]?>>(p, () => contents[blobs[p]])),
            path => blobs.TryGetValue(path, out var id) ? contents[id] : null);
    }

    /// <summary>Reads one version of one metafile.</summary>
    /// <param name="path">Relative to the repository's root.</param>
    /// <param name="text">Its content.</param>
    /// <param name="lockText">That of the <c>dvc.lock</c> beside a <c>dvc.yaml</c>; null when there is none.</param>
    /// <exception cref="DvcException">Everything that is wrong in it.</exception>
    public OutputCatalog Parse(string path, byte[] text, byte[]? lockText) =>
        Parse([new(path, () => text)], beside => RepositoryPath.NameOf(beside) == LockName ? lockText : null);

    internal static bool IsMetafile(string path)
    {
        var name = RepositoryPath.NameOf(path);
        return (name.EndsWith(".dvc", StringComparison.Ordinal) && name != ".dvc") || name == PipelineName;
    }

    private static async Task<Dictionary<string, byte[]>> ReadBlobsAsync(GitProgram git, string[] ids, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (ids.Length == 0)
        {
            return contents;
        }

        var answer = await git.RunAsync(["cat-file", "--batch"], Encoding.ASCII.GetBytes(string.Concat(ids.Select(static i => i + "\n"))), [], cancellationToken).ConfigureAwait(false);
        var rest = answer.Output.AsMemory();
        foreach (var id in ids)
        {
            // "<id> blob <size>\n<content>\n"
            var lineEnd = rest.Span.IndexOf((byte)'\n');
            var header = Encoding.ASCII.GetString(rest.Span[..lineEnd]).Split(' ');
            var size = int.Parse(header[2], NumberStyles.None, CultureInfo.InvariantCulture);
            contents[id] = rest.Slice(lineEnd + 1, size).ToArray();
            rest = rest[(lineEnd + 1 + size + 1)..];
        }

        return contents;
    }

    private static async Task<IEnumerable<string>> ListWithGitAsync(GitProgram git, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(
            git.RunAsync(["ls-files", "-z", "--cached", "--others", "--exclude-standard", .. Pathspecs], input: null, [], cancellationToken),
            git.RunAsync(["ls-files", "-z", "--cached", "--ignored", "--exclude-standard", .. Pathspecs], input: null, [], cancellationToken)).ConfigureAwait(false);
        return answers[0].Records.Distinct(StringComparer.Ordinal).Except(answers[1].Records, StringComparer.Ordinal);
    }

    private OutputCatalog Parse(IEnumerable<KeyValuePair<string, Func<byte[]?>>> texts, Func<string, byte[]?> readBeside)
    {
        var metafiles = ImmutableArray.CreateBuilder<DvcMetafile>();
        var pipelines = ImmutableArray.CreateBuilder<TrackedOutput>();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (path, read) in texts.OrderBy(static t => t.Key.Count(static c => c == '/')).ThenBy(static t => t.Key, CodePointComparer.Instance))
        {
            if (IsBelow(path, folders))
            {
                continue;
            }

            try
            {
                IEnumerable<TrackedOutput> outputs;
                if (RepositoryPath.NameOf(path) == PipelineName)
                {
                    var made = PipelineOutputs.Read(context.Root, path, read()!, readBeside(RepositoryPath.Join(RepositoryPath.FolderOf(path), LockName)));
                    pipelines.AddRange(made);
                    outputs = made;
                }
                else
                {
                    metafiles.Add(DvcMetafile.Read(context.Root, path, read()!));
                    outputs = metafiles[^1].Outputs;
                }

                folders.UnionWith(outputs.Select(static o => o.Path));
            }
            catch (DvcException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count == 0 ? new OutputCatalog(metafiles.ToImmutable(), pipelines.ToImmutable()) : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
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
