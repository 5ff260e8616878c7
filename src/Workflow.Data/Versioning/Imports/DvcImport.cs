using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Imports data of another repository. The content is in the cache before the <c>.dvc</c> file names it.</summary>
internal sealed class DvcImport(RepositoryContext context, DataImportOptions options, IProgress<TransferProgress>? progress)
{
    internal const int JobsPerProcessor = 4;

    public async Task<DataImportResult> RunAsync(string url, string path, CancellationToken cancellationToken)
    {
        if (options is { NoExec: true, NoDownload: true })
        {
            throw new DvcException("--no-exec and --no-download exclude one another.");
        }

        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var place = ImportPlace.Resolve(context, folder, options.Output, RepositoryPath.NameOf(path.TrimEnd('/')));
        var (commit, recorded) = await RecordAsync(url, path, place, folder, cancellationToken).ConfigureAwait(false);
        if (recorded is not null)
        {
            var checkout = new DataCheckoutOptions { Targets = [place.FullPath], Force = options.Force };
            await new DvcCheckout(context, checkout).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        return new DataImportResult { Path = place.Path, MetafilePath = place.MetafilePath, Commit = commit, Md5 = recorded?.Id };
    }

    private async Task<(string? Commit, RecordedContent? Recorded)> RecordAsync(string url, string path, ImportPlace place, string folder, CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        await place.CheckAsync(options.Force, cancellationToken).ConfigureAwait(false);
        string? commit = null;
        RecordedContent? recorded = null;
        if (!options.NoExec)
        {
            using var source = await SourceRepository.CloneAsync(url, options.Revision, folder, (context.TimeProvider, context.Providers), cancellationToken).ConfigureAwait(false);
            commit = source.Commit;
            if (!options.NoDownload)
            {
                var content = new SourceContent(context, source, new TransferMeter(progress, context.TimeProvider), options.Jobs ?? JobsPerProcessor * Environment.ProcessorCount) { RemoteName = options.Remote };
                recorded = await content.FetchAsync(path, cancellationToken).ConfigureAwait(false);
            }
        }

        var import = new RepositoryDependency(path, url, options.Revision, commit) { RemoteName = options.Remote };
        var old = await place.ReadMetafileAsync(cancellationToken).ConfigureAwait(false);
        await place.RecordAsync(new ImportMetafile(context.Root, place.MetafilePath).Create(import, recorded, old), old, cancellationToken).ConfigureAwait(false);
        return (commit, recorded);
    }
}
