using System.Collections.Immutable;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Imports a file or folder from a path or URL. The content is in the cache or remote before the <c>.dvc</c> file names it.</summary>
internal sealed class DvcImportUrl(RepositoryContext context, DataImportUrlOptions options, IProgress<TransferProgress>? progress)
{
    public async Task<DataImportResult> RunAsync(string url, CancellationToken cancellationToken)
    {
        CheckOptions();
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var settings = options.Settings.ToImmutableDictionary(static s => s.Key.ToLowerInvariant(), static s => s.Value, StringComparer.Ordinal);
        var place = ImportPlace.Resolve(context, folder, options.Output, new ImportAddress(url, folder, settings).Name);
        var address = Address(url, folder, place, settings);
        var contents = await RecordAsync(address, place, cancellationToken).ConfigureAwait(false);
        if (contents is not null && !options.ToRemote)
        {
            var checkout = new DataCheckoutOptions { Targets = [place.FullPath], Force = options.Force };
            await new DvcCheckout(context, checkout).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        return new DataImportResult { Path = place.Path, MetafilePath = place.MetafilePath, Commit = null, Md5 = contents?.Content.Id };
    }

    /// <summary>Gets which files of a folder become part of an output: those that <c>.dvcignore</c> does not hide there.</summary>
    public static Func<string, bool> KeptIn(RepositoryContext context, string output)
    {
        var rules = new IgnoreRules(context.Root, skipsNestedRepositories: true);
        return path => path.Length == 0 || !rules.IsIgnored($"{output}/{path}", isFolder: false, out _);
    }

    /// <summary>Refuses a source that holds the output or lies in it.</summary>
    public static void CheckApart(UrlSource source, ImportPlace place)
    {
        if (source is LocalSource { FullPath: var path } && (RepositoryPath.TryResolve(path, path, place.FullPath) is not null || RepositoryPath.TryResolve(place.FullPath, place.FullPath, path) is not null))
        {
            throw new DvcException($"'{path}' holds '{place.Path}' or lies in it: data cannot be imported into itself. Choose another place (OUT).");
        }
    }

    private void CheckOptions()
    {
        if ((options.NoExec ? 1 : 0) + (options.NoDownload ? 1 : 0) + (options.ToRemote ? 1 : 0) > 1)
        {
            throw new DvcException("--no-exec, --no-download and --to-remote exclude one another.");
        }

        if (options is { ToRemote: false, Remote: not null })
        {
            throw new DvcException("A remote (-r) is named only together with --to-remote.");
        }
    }

    // A path is written as it was given, and starts from the output's folder; one in the repository is written relative to that.
    private ImportAddress Address(string url, string folder, ImportPlace place, ImmutableDictionary<string, string> settings)
    {
        var given = new ImportAddress(url, place.Folder, settings);
        var full = given.IsPath ? Path.GetFullPath(url, folder) : null;
        return full is not null && Path.Exists(full) && RepositoryPath.TryResolve(context.Root, context.Root, full) is { Length: > 0 }
            ? given with { Text = Path.GetRelativePath(place.Folder, full).Replace(Path.DirectorySeparatorChar, '/') }
            : given;
    }

    private async Task<SourceContents?> RecordAsync(ImportAddress address, ImportPlace place, CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        await place.CheckAsync(options.Force, cancellationToken).ConfigureAwait(false);
        SourceRecord? record = null;
        SourceContents? contents = null;
        if (!options.NoExec)
        {
            var meter = new TransferMeter(progress, context.TimeProvider);
            var jobs = options.Jobs ?? DvcImport.JobsPerProcessor * Environment.ProcessorCount;
            using var source = new UrlSources(context, meter, jobs).Open(address);
            CheckApart(source, place);
            var listing = await source.ListAsync(cancellationToken).ConfigureAwait(false);
            if (options.NoDownload)
            {
                record = await source.RecordAsync(listing, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                contents = options.ToRemote
                    ? await ToRemoteAsync(source, listing, (place, meter, jobs), cancellationToken).ConfigureAwait(false)
                    : await ToCacheAsync(source, listing, place, cancellationToken).ConfigureAwait(false);
                record = contents.Record;
            }

            meter.End();
        }

        var old = await place.ReadMetafileAsync(cancellationToken).ConfigureAwait(false);
        await place.RecordAsync(new ImportMetafile(context.Root, place.MetafilePath).Create(address, record, contents?.Content, old), old, cancellationToken).ConfigureAwait(false);
        return contents;
    }

    private async Task<SourceContents> ToCacheAsync(UrlSource source, SourceListing listing, ImportPlace place, CancellationToken cancellationToken)
    {
        using var sink = new CacheSink(context);
        return await source.TakeAsync(listing, sink, KeptIn(context, place.Path), cancellationToken).ConfigureAwait(false);
    }

    private async Task<SourceContents> ToRemoteAsync(UrlSource source, SourceListing listing, (ImportPlace Place, TransferMeter Meter, int Jobs) to, CancellationToken cancellationToken)
    {
        using var remotes = new RemoteSet(context);
        using var sink = new RemoteSink(context, remotes.Get(options.Remote), to.Meter, to.Jobs);
        return await source.TakeAsync(listing, sink, KeptIn(context, to.Place.Path), cancellationToken).ConfigureAwait(false);
    }
}
