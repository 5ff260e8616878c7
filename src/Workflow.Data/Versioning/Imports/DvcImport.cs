using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Imports data of another repository. The content is in the cache before the <c>.dvc</c> file names it.</summary>
internal sealed class DvcImport(RepositoryContext context, DataImportOptions options, IProgress<TransferProgress>? progress)
{
    private const int JobsPerProcessor = 4;

    public async Task<DataImportResult> RunAsync(string url, string path, CancellationToken cancellationToken)
    {
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var output = RepositoryPath.TryResolve(context.Root, folder, options.Output ?? RepositoryPath.NameOf(path.TrimEnd('/')));
        if (output is not { Length: > 0 })
        {
            throw new DvcException($"'{options.Output ?? path}' is no path in the repository '{context.Root}'.");
        }

        var (commit, recorded) = await RecordAsync(url, path, output, folder, cancellationToken).ConfigureAwait(false);
        if (recorded is not null)
        {
            var checkout = new DataCheckoutOptions { Targets = [context.FullPath(output)], Force = options.Force };
            await new DvcCheckout(context, checkout).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        return new DataImportResult { Path = output, MetafilePath = output + ".dvc", Commit = commit, Md5 = recorded?.Id };
    }

    private async Task<(string? Commit, RecordedContent? Recorded)> RecordAsync(string url, string path, string output, string folder, CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        await CheckAsync(output, cancellationToken).ConfigureAwait(false);
        string? commit = null;
        RecordedContent? recorded = null;
        if (!options.NoExec)
        {
            using var source = await SourceRepository.CloneAsync(url, options.Revision, folder, (context.TimeProvider, context.Providers), cancellationToken).ConfigureAwait(false);
            commit = source.Commit;
            if (!options.NoDownload)
            {
                var content = new SourceContent(context, source, new TransferMeter(progress, context.TimeProvider), options.Jobs ?? JobsPerProcessor * Environment.ProcessorCount);
                recorded = await content.FetchAsync(path, cancellationToken).ConfigureAwait(false);
            }
        }

        var import = new RepositoryDependency(path, url, options.Revision, commit);
        var metafile = context.FullPath(output + ".dvc");
        var bytes = ImportMetafile.Create(RepositoryPath.NameOf(output), import, recorded);
        if (!File.Exists(metafile) || !SaysTheSame(await File.ReadAllBytesAsync(metafile, cancellationToken).ConfigureAwait(false), bytes))
        {
            await AtomicFile.WriteAllBytesAsync(metafile, bytes, cancellationToken).ConfigureAwait(false);
        }

        await TellGitAsync(output, cancellationToken).ConfigureAwait(false);
        return (commit, recorded);
    }

    // Keys in another order are no reason to write the file anew.
    private static bool SaysTheSame(byte[] old, byte[] current) =>
        Encoding.UTF8.GetString(old).Split('\n').Order(StringComparer.Ordinal).SequenceEqual(Encoding.UTF8.GetString(current).Split('\n').Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private async Task CheckAsync(string output, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (!options.Force && Path.Exists(context.FullPath(output)))
        {
            problems.Add($"'{output}' exists. Replace it with --force, or import it under another name (--out).");
        }

        if (!Directory.Exists(Path.GetDirectoryName(context.FullPath(output))))
        {
            problems.Add($"The folder of '{output}' does not exist.");
        }

        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        problems.AddRange(catalog.Outputs
            .Where(o => o.MetafilePath != output + ".dvc" && (o.Path == output || RepositoryPath.IsInside(o.Path, output) || RepositoryPath.IsInside(output, o.Path)))
            .Select(o => $"'{output}' overlaps with '{o.Path}', which '{o.MetafilePath}' tracks."));
        if (context.Git is { } git)
        {
            var tracked = await git.RunAsync(["--literal-pathspecs", "ls-files", "-z", "--cached", "--", output], input: null, [], cancellationToken).ConfigureAwait(false);
            if (tracked.Records.Length > 0)
            {
                problems.Add($"'{output}' is tracked by git, wholly or in part. Stop that first: git rm -r --cached '{output}'");
            }
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    private async Task TellGitAsync(string output, CancellationToken cancellationToken)
    {
        if (context.Git is not { } git)
        {
            return;
        }

        List<string> changed = [output + ".dvc"];
        var ignored = await git.RunWithPathsAsync(["check-ignore", "-z", "--stdin", "--no-index"], [output], [1], cancellationToken).ConfigureAwait(false);
        var file = RepositoryPath.Join(RepositoryPath.FolderOf(output), ".gitignore");
        if (ignored.Records.Length == 0 && await GitIgnoreFile.AddAsync(context.FullPath(file), [RepositoryPath.NameOf(output)], cancellationToken).ConfigureAwait(false))
        {
            changed.Add(file);
        }

        if (context.Configuration.Autostage)
        {
            await git.RunAsync(["--literal-pathspecs", "add", "--", .. changed], input: null, [], cancellationToken).ConfigureAwait(false);
        }
    }
}
