using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Stages;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Brings imports up to date. For each the new content is in the cache, and nothing in its way, before its <c>.dvc</c> file names it.</summary>
internal sealed class DvcUpdate(RepositoryContext context, DataUpdateOptions options, IProgress<TransferProgress>? progress)
{
    private readonly TransferMeter _meter = new(progress, context.TimeProvider);
    private readonly HashSet<string> _forced = new(StringComparer.Ordinal);
    private readonly int _jobs = options.Jobs ?? DvcImport.JobsPerProcessor * Environment.ProcessorCount;

    public async Task<DataUpdateResult> RunAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        CheckOptions();
        var updated = new List<DataUpdatedImport>();
        var problems = new List<string>();
        using (await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false))
        {
            foreach (var metafile in await FindAsync(targets, cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    updated.Add(await UpdateAsync(metafile, cancellationToken).ConfigureAwait(false));
                }
                catch (DvcException exception)
                {
                    problems.AddRange(exception.Problems.Select(p => $"{metafile.Path}: {p}"));
                }
            }
        }

        _meter.End();
        foreach (var group in updated.Where(u => u.Md5 is not null && !options.ToRemote).GroupBy(u => _forced.Contains(u.MetafilePath)))
        {
            await new DvcCheckout(context, new DataCheckoutOptions { Targets = [.. group.Select(u => context.FullPath(u.MetafilePath))], Force = group.Key }).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        return problems.Count == 0 ? new DataUpdateResult { Imports = [.. updated] } : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    private void CheckOptions()
    {
        if (options is { ToRemote: true, NoDownload: true })
        {
            throw new DvcException("--to-remote and --no-download exclude one another.");
        }

        if (options is { ToRemote: false, Remote: not null })
        {
            throw new DvcException("A remote (-r) is named only together with --to-remote.");
        }
    }

    private async Task<IReadOnlyList<DvcMetafile>> FindAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var folder = options.WorkingDirectory is null ? context.Root : Path.GetFullPath(options.WorkingDirectory);
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var all = catalog.Metafiles.Values.OrderBy(static m => m.Path, CodePointComparer.Instance).Select(m => StageView.Of(context.Root, m)).Concat(catalog.Stages.Select(s => StageView.Of(context.Root, s))).ToList();
        var finder = new StageTargets(context.Root, folder, all, options.Recursive);
        var found = new List<DvcMetafile>();
        var problems = new List<string>();
        foreach (var target in targets)
        {
            try
            {
                var isFolder = options.Recursive && Directory.Exists(Path.GetFullPath(target, folder));
                foreach (var stage in finder.Find(target).Stages)
                {
                    if (stage.Metafile is { IsImport: true, Outputs: [_] } import && Problem(import) is var problem)
                    {
                        found.Add(import);
                        problems.AddRange(problem is null ? [] : [problem]);
                    }
                    else if (!isFolder)
                    {
                        problems.Add($"'{target}' is no import, so there is nothing to update it from. Change the data and add it (or run its stage).");
                    }
                }
            }
            catch (DvcException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count == 0 ? [.. found.DistinctBy(static m => m.Path)] : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    private string? Problem(DvcMetafile import) => (import.Outputs[0], import.Dependencies[0]) switch
    {
        ({ IsCloudVersioned: true }, _) or (_, { IsCloudVersioned: true }) => $"'{import.Path}' follows versions of the cloud, which is not supported here. Use dvc update.",
        ({ Import: null, Source: null }, _) => $"'{import.Path}' comes from a source of a kind that is not supported here. Use dvc update.",
        ({ Import: null }, _) when options.Revision is not null => $"'{import.Path}' is not imported from a repository, so it has no revisions (--rev).",
        ({ Import: not null }, _) when options.ToRemote => $"'{import.Path}' is imported from a repository, whose own remote has the data: it cannot go to another one (--to-remote).",
        _ => null,
    };

    private async Task<DataUpdatedImport> UpdateAsync(DvcMetafile metafile, CancellationToken cancellationToken)
    {
        var output = metafile.Outputs[0];
        var place = ImportPlace.Of(context, output);
        var (bytes, commit, content) = output.Import is { } import
            ? await FromRepositoryAsync(metafile, import, cancellationToken).ConfigureAwait(false)
            : await FromAddressAsync(metafile, place, cancellationToken).ConfigureAwait(false);
        if (content is not null && !options.ToRemote)
        {
            if (await new UnsavedCheck(context).CheckAsync(output, content, options.Force, cancellationToken).ConfigureAwait(false))
            {
                _forced.Add(metafile.Path);
            }
        }
        else if (content is null && !bytes.AsSpan().SequenceEqual(metafile.Bytes))
        {
            await new UnsavedCheck(context).RemoveAsync(output, options.Force, cancellationToken).ConfigureAwait(false);
        }

        await place.RecordAsync(bytes, metafile.Bytes, cancellationToken).ConfigureAwait(false);
        return new DataUpdatedImport
        {
            Path = output.Path,
            MetafilePath = metafile.Path,
            IsChanged = !bytes.AsSpan().SequenceEqual(metafile.Bytes),
            Commit = commit,
            Md5 = content?.Id,
        };
    }

    private async Task<(byte[] Bytes, string? Commit, RecordedContent? Content)> FromRepositoryAsync(DvcMetafile metafile, RepositoryDependency import, CancellationToken cancellationToken)
    {
        import.Check();
        var output = metafile.Outputs[0];
        var revision = options.Revision ?? import.Revision;
        using var source = await SourceRepository.CloneAsync(import.Url, revision, context.Root, (context.TimeProvider, context.Providers), cancellationToken).ConfigureAwait(false);
        var isSame = source.Commit == import.LockedRevision && revision == import.Revision;
        var content = options.NoDownload ? isSame ? RecordedOf(output) : null
            : isSame && IsCached(output) ? RecordedOf(output)
            : await new SourceContent(context, source, _meter, _jobs) { RemoteName = import.RemoteName }.FetchAsync(import.Path, cancellationToken).ConfigureAwait(false);
        var bytes = isSame && content is not null && content == RecordedOf(output) ? metafile.Bytes : new ImportMetafile(context.Root, metafile.Path).Update(metafile, (dependency, recorded) =>
        {
            var repository = (YamlMapping)dependency.Find("repo")!;
            repository.Set("rev_lock", YamlScalar.Of(source.Commit));
            if (options.Revision is not null)
            {
                repository.Set("rev", YamlScalar.Of(options.Revision));
            }

            Record(recorded, content);
        });
        return (bytes, source.Commit, content);
    }

    private async Task<(byte[] Bytes, string? Commit, RecordedContent? Content)> FromAddressAsync(DvcMetafile metafile, ImportPlace place, CancellationToken cancellationToken)
    {
        var output = metafile.Outputs[0];
        using var source = new UrlSources(context, _meter, _jobs).Open(output.Source!);
        DvcImportUrl.CheckApart(source, place);
        var listing = await source.ListAsync(cancellationToken).ConfigureAwait(false);
        if (options.ToRemote)
        {
            using var remotes = new RemoteSet(context);
            using var remote = new RemoteSink(context, remotes.Get(options.Remote), _meter, _jobs);
            return Update(metafile, await source.TakeAsync(listing, remote, DvcImportUrl.KeptIn(context, output.Path), cancellationToken).ConfigureAwait(false));
        }

        var record = await source.RecordAsync(listing, cancellationToken).ConfigureAwait(false);
        var isSame = record.HasContentOf(output.SourceRecord);
        if (isSame && RecordedOf(output) is { } known && (options.NoDownload || IsCached(output)))
        {
            return (metafile.Bytes, null, known);
        }

        if (options.NoDownload)
        {
            return (new ImportMetafile(context.Root, metafile.Path).Update(metafile, (dependency, recorded) =>
            {
                SourceRecord.Write(dependency, record);
                Record(recorded, content: null);
            }), null, null);
        }

        using var sink = new CacheSink(context);
        return Update(metafile, await source.TakeAsync(listing, sink, DvcImportUrl.KeptIn(context, output.Path), cancellationToken).ConfigureAwait(false));
    }

    private (byte[] Bytes, string? Commit, RecordedContent? Content) Update(DvcMetafile metafile, SourceContents contents)
    {
        var bytes = new ImportMetafile(context.Root, metafile.Path).Update(
            metafile,
            (dependency, recorded) =>
            {
                SourceRecord.Write(dependency, contents.Record);
                Record(recorded, contents.Content);
            },
            keepsChecksum: options.ToRemote);
        return (bytes, null, contents.Content);
    }

    private static void Record(YamlMapping output, RecordedContent? content)
    {
        if (content is null)
        {
            MetafileUpdate.Clear(output);
        }
        else
        {
            MetafileUpdate.Apply(output, content);
        }
    }

    private static RecordedContent? RecordedOf(TrackedOutput output) => output is { Id: { } id, IsPartialImport: false, IsLegacy: false, HasForeignHash: false }
        ? new RecordedContent { Id = id, Size = output.Size, FileCount = output.FileCount }
        : null;

    private bool IsCached(TrackedOutput output)
    {
        if (RecordedOf(output) is not { Id: var id } || !ObjectId.TryParse(id, isLegacy: false, out var parsed))
        {
            return false;
        }

        return parsed.IsFolder
            ? context.Cache.TryReadDirectory(id, isLegacy: false, asksRemote: false) is { } folder && folder.Entries.All(e => context.Cache.Contains(e.Md5.ToString()))
            : context.Cache.Contains(id);
    }
}
