using System.Collections.Immutable;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Adds data whose content goes straight into a remote (<c>dvc add --to-remote</c>).</summary>
internal sealed class DvcAddToRemote(RepositoryContext context, DataAddOptions options)
{
    public async Task<DataAddResult> RunAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        if (targets.Count != 1 || options.Glob || options.NoCommit)
        {
            throw new DvcException($"--to-remote goes with exactly one target, without --glob and --no-commit; got {targets.Count} targets.");
        }

        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var address = new ImportAddress(targets[0], folder, ImmutableDictionary<string, string>.Empty);
        var place = ImportPlace.Resolve(context, folder, options.Output, address.Name, isIgnored: false);
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        await place.CheckAsync(options.Output is null || options.Force, cancellationToken).ConfigureAwait(false);
        var old = await place.ReadMetafileAsync(cancellationToken).ConfigureAwait(false);
        var existing = old is null ? null : DvcMetafile.Read(context.Root, place.MetafilePath, old);
        var output = existing?.Outputs.FirstOrDefault(o => o.Path == place.Path);
        if (existing is not null && (output is null or { IsCached: false } or { HasForeignHash: true } or { IsCloudVersioned: true } || existing.Dependencies.Length > 0))
        {
            throw new DvcException($"'{place.MetafilePath}' exists and is no plain record of '{place.Path}' (an import, for example). Remove it first, or choose another name (--out).");
        }

        var contents = await SendAsync(address, place, cancellationToken).ConfigureAwait(false);
        var bytes = existing is null ? MetafileUpdate.Create(RepositoryPath.NameOf(place.Path), contents.Content) : MetafileUpdate.Update(existing, output!.Position, contents.Content);
        await place.RecordAsync(bytes, old, cancellationToken).ConfigureAwait(false);
        return new DataAddResult
        {
            Outputs =
            [
                new AddedOutput
                {
                    Path = place.Path,
                    MetafilePath = place.MetafilePath,
                    Md5 = contents.Content.Id,
                    Size = contents.Content.Size,
                    FileCount = contents.Content.FileCount,
                    IsChanged = old is null || !old.AsSpan().SequenceEqual(bytes),
                },
            ],
            FilesForGit = [place.MetafilePath],
            IsStaged = context.Git is not null && context.Configuration.Autostage,
            NewObjects = 0,
            NewBytes = 0,
        };
    }

    private async Task<SourceContents> SendAsync(ImportAddress address, ImportPlace place, CancellationToken cancellationToken)
    {
        var meter = new TransferMeter(progress: null, context.TimeProvider);
        var jobs = options.RemoteJobs ?? DvcImport.JobsPerProcessor * Environment.ProcessorCount;
        using var source = new UrlSources(context, meter, jobs).Open(address);
        var listing = await source.ListAsync(cancellationToken).ConfigureAwait(false);
        using var remotes = new RemoteSet(context);
        using var sink = new RemoteSink(context, remotes.Get(options.Remote), meter, jobs);
        return await source.TakeAsync(listing, sink, DvcImportUrl.KeptIn(context, place.Path), cancellationToken).ConfigureAwait(false);
    }
}
