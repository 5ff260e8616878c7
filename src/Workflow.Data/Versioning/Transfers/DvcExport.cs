using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Writes a chunk store as a plain remote: files first, lists of files last, each object's MD5 held against its name before.</summary>
internal sealed class DvcExport(RepositoryContext context, DataExportOptions options, IProgress<TransferProgress>? progress)
{
    private const int RecordMode = 0b110_100_100;

    public async Task<DataTransferResult> RunAsync(string destination, CancellationToken cancellationToken)
    {
        using var remotes = new RemoteSet(context);
        if (remotes.Get(options.Remote) is not ChunkRemote source)
        {
            throw new DvcException($"The remote '{options.Remote ?? context.Configuration.DefaultRemote}' is no chunk store: it is plain already. Name one of: {(context.ChunkStores.Count == 0 ? "none is configured" : string.Join(", ", context.ChunkStores.Keys.Order(StringComparer.Ordinal)))}.");
        }

        using var folder = OpenFolder(destination);
        var target = folder ?? remotes.Get(destination) as PlainRemote
            ?? throw new DvcException($"The remote '{destination}' is a chunk store; an export goes to a plain remote or a folder.");
        await target.RequirePlainAsync(cancellationToken).ConfigureAwait(false);

        var meter = new TransferMeter(progress, context.TimeProvider);
        var problems = await source.ExportAsync(target.Store, meter, cancellationToken).ConfigureAwait(false);
        if (target.Store is LocalBlobStore local && !OperatingSystem.IsWindows())
        {
            // DVC leaves records of runs writable.
            await foreach (var record in local.ListAsync("runs/", cancellationToken).ConfigureAwait(false))
            {
                File.SetUnixFileMode(Path.Combine(local.Location, record.Name), (UnixFileMode)RecordMode);
            }
        }

        meter.End();
        return problems.Count > 0
            ? throw new DvcException(DvcErrorKind.BadInput, [.. problems])
            : new DataTransferResult { Objects = meter.Objects, Bytes = meter.Bytes, Missing = [] };
    }

    private PlainRemote? OpenFolder(string destination)
    {
        var start = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        return context.Configuration.Remote(destination.ToLowerInvariant()) is not null
            ? null
            : new PlainRemote("export", new LocalBlobStore(Path.GetFullPath(destination, start), context.TimeProvider), jobs: null, context.TimeProvider);
    }
}
