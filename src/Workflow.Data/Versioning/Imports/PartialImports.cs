using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Fetches the content of imports that record none from what they follow, and keeps it where DVC does (<see cref="FetchedImport"/>).</summary>
internal sealed class PartialImports(RepositoryContext context, TransferMeter meter, int jobs)
{
    /// <summary>Gets what could not be fetched, and why.</summary>
    public List<string> Failures { get; } = [];

    public async Task FetchAsync(IEnumerable<TrackedOutput> outputs, CancellationToken cancellationToken)
    {
        foreach (var output in outputs)
        {
            try
            {
                var target = FetchedImport.PathOf(context, output);
                context.Cache.CreateFolder(Path.GetDirectoryName(target)!);
                if (!Path.Exists(target))
                {
                    await (output.Import is { } import ? FetchAsync(import, target, cancellationToken) : FetchAsync(output, output.Source!, target, cancellationToken)).ConfigureAwait(false);
                }
            }
            catch (DvcException exception)
            {
                Failures.AddRange(exception.Problems.Select(p => $"'{output.Path}': {p}"));
            }
        }
    }

    private async Task FetchAsync(RepositoryDependency import, string target, CancellationToken cancellationToken)
    {
        import.Check();
        using var source = await SourceRepository.CloneAsync(import.Url, import.LockedRevision ?? import.Revision, context.Root, (context.TimeProvider, context.Providers), cancellationToken).ConfigureAwait(false);
        using var spool = new SpoolFolder(context.OwnFolder);
        var aside = context.WithCache(new ObjectCache(Path.Combine(spool.Folder, "cache"), remoteFolder: null, isShared: false));
        var content = await new SourceContent(aside, source, meter, jobs) { RemoteName = import.RemoteName }.FetchAsync(import.Path, cancellationToken).ConfigureAwait(false);
        var made = Path.Combine(spool.Folder, "made");
        DvcGet.Make(aside, content.Id, made);
        if (content.Id.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal))
        {
            Directory.Move(made, target);
        }
        else
        {
            File.Move(made, target);
        }
    }

    private async Task FetchAsync(TrackedOutput output, ImportAddress address, string target, CancellationToken cancellationToken)
    {
        using var source = new UrlSources(context, meter, jobs).Open(address);
        var listing = await source.ListAsync(cancellationToken).ConfigureAwait(false);
        if (output.SourceRecord is { } recorded && !(await source.RecordAsync(listing, cancellationToken).ConfigureAwait(false)).HasContentOf(recorded))
        {
            throw new DvcException($"'{source.Shown}' is no longer what it was when it was imported. Bring the import up to date: workflow data update {output.MetafilePath}");
        }

        using var sink = new FolderSink(context, target);
        await source.TakeAsync(listing, sink, DvcImportUrl.KeptIn(context, output.Path), cancellationToken).ConfigureAwait(false);
        if (source is LocalSource)
        {
            meter.Expect(listing.Files.Length);
            foreach (var file in listing.Files)
            {
                meter.Add(file.Length ?? 0);
                meter.Finish();
            }
        }
    }
}
