using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Brings what a path of another repository holds into our cache: from its remote what DVC tracks there, from git what git tracks.</summary>
internal sealed class SourceContent(RepositoryContext context, SourceRepository source, TransferMeter meter, int jobs)
{
    /// <summary>Gets the remote there that has the data; null: the default one.</summary>
    public string? RemoteName { get; init; }

    /// <summary>Fetches the content.</summary>
    /// <param name="path">The path there, with <c>/</c>.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    /// <returns>What a metafile records of it.</returns>
    /// <exception cref="DvcException">There is no such path, or its remote lacks something: all of it is named.</exception>
    public async Task<RecordedContent> FetchAsync(string path, CancellationToken cancellationToken)
    {
        var inside = RepositoryPath.TryResolve(source.Folder, source.Folder, path);
        if (inside is not { Length: > 0 })
        {
            throw new DvcException($"'{path}' is no path in the repository '{source.Url}'.");
        }

        if (await FindOutputAsync(inside, cancellationToken).ConfigureAwait(false) is { } output)
        {
            return await FetchTrackedAsync(output, inside, cancellationToken).ConfigureAwait(false);
        }

        var full = Path.Combine(source.Folder, inside);
        var stamp = PosixFiles.Stamp(full, followLinks: false);
        return stamp.Kind is FileKind.File or FileKind.Folder && RepositoryPath.FolderOf(inside + "/") is not ".git" && !inside.StartsWith(".git/", StringComparison.Ordinal) && inside != ".git"
            ? await IngestAsync(inside, stamp, cancellationToken).ConfigureAwait(false)
            : throw new DvcException($"The repository '{source.Url}' has neither data nor a file '{path}' at commit {source.Commit}.");
    }

    private async Task<TrackedOutput?> FindOutputAsync(string inside, CancellationToken cancellationToken)
    {
        if (source.Context is not { } there)
        {
            return null;
        }

        var catalog = await new CatalogReader(there, new IgnoreRules(there.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        return catalog.FindCovering(inside) is { IsCached: true } output ? output : null;
    }

    private async Task<RecordedContent> FetchTrackedAsync(TrackedOutput output, string inside, CancellationToken cancellationToken)
    {
        if (output.Id is null || output.IsLegacy || output.HasForeignHash || !ObjectId.TryParse(output.Id, isLegacy: false, out var id))
        {
            throw new DvcException($"'{output.Path}' in the repository '{source.Url}' has no content under an md5 of DVC 3. Add and push it there first.");
        }

        using var remotes = new RemoteSet(source.RemoteContext!);
        var remote = output.RemoteName is not null || RemoteName is not null || source.RemoteContext!.Configuration.DefaultRemote is not null ? remotes.Get(output.RemoteName ?? RemoteName)
            : source.IsLocal ? new PlainRemote("cache", new LocalBlobStore(source.RemoteContext.Cache.Folder), jobs: null, context.TimeProvider)
            : throw new DvcException($"The repository '{source.Url}' has no default remote, so its data cannot be fetched.");
        var download = new ObjectDownload(context, remote, meter, jobs);
        using var staging = new ObjectStaging(context.Cache, context.OwnFolder);
        if (!id.IsFolder)
        {
            await FetchAsync(download, remote, [id], staging, cancellationToken).ConfigureAwait(false);
            return new RecordedContent { Id = id.Name, Size = new FileInfo(context.Cache.PathOf(id.Name)).Length, FileCount = null };
        }

        var list = context.Cache.TryReadDirectory(id.Name, isLegacy: false, asksRemote: false) is { } cached && cached.Md5 == id.Md5 ? cached
            : await download.TryReadListAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new DvcException($"The {remote.Shown} does not have the list of files of '{output.Path}' ({id.Name}). Push it there first.");
        var part = inside == output.Path ? null : inside[(output.Path.Length + 1)..];
        var wanted = list.Entries.Where(e => part is null || e.Path == part || RepositoryPath.IsInside(e.Path, part)).ToList();
        if (part is not null && wanted.Count == 0)
        {
            throw new DvcException($"'{output.Path}' in the repository '{source.Url}' holds nothing under '{part}'.");
        }

        await FetchAsync(download, remote, [.. wanted.Select(static e => new ObjectId(e.Md5, IsFolder: false, IsLegacy: false)).Distinct()], staging, cancellationToken).ConfigureAwait(false);
        if (part is not null && wanted is [{ Path: var only }] && only == part)
        {
            var file = wanted[0].Md5.ToString();
            return new RecordedContent { Id = file, Size = new FileInfo(context.Cache.PathOf(file)).Length, FileCount = null };
        }

        var folder = part is null ? list : DirectoryObject.Create(wanted.Select(e => new DirectoryEntry(e.Path[(part.Length + 1)..], e.Md5)));
        return Record(folder, staging, cancellationToken);
    }

    private async Task FetchAsync(ObjectDownload download, ObjectRemote remote, IReadOnlyList<ObjectId> ids, ObjectStaging staging, CancellationToken cancellationToken)
    {
        await download.FetchAsync([.. ids.Where(i => !context.Cache.Contains(i.Name))], staging, cancellationToken).ConfigureAwait(false);
        var problems = download.Failures.Values.Concat(download.Missing.Keys.Select(i => $"The {remote.Shown} does not have the object {i.Name}. Push it there first.")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    private async Task<RecordedContent> IngestAsync(string inside, FileStamp stamp, CancellationToken cancellationToken)
    {
        var rules = new IgnoreRules(source.Folder, skipsNestedRepositories: true);
        var files = stamp.Kind == FileKind.File ? [new WorkspaceFile(inside, stamp, IsLink: false)] : new WorkspaceWalk(source.Folder, rules).ListFiles(inside, isTolerant: true, cancellationToken);
        using var staging = new ObjectStaging(context.Cache, context.OwnFolder);
        var hashes = await new FileIngest(source.Folder, context.Jobs, context.TimeProvider)
            .HashAsync(files, HashIndex.Load(Path.Combine(source.Folder, ".git", "no-hashes")), new IngestTarget(context.Cache, staging, UsesClones: false), cancellationToken).ConfigureAwait(false);
        staging.Commit(cancellationToken);
        return stamp.Kind == FileKind.File
            ? new RecordedContent { Id = hashes[0].ToString(), Size = stamp.Size, FileCount = null }
            : Record(DirectoryObject.Create(files.Select((f, i) => new DirectoryEntry(f.Path[(inside.Length + 1)..], hashes[i]))), staging, cancellationToken);
    }

    private RecordedContent Record(DirectoryObject folder, ObjectStaging staging, CancellationToken cancellationToken)
    {
        var id = folder.Md5 + DirectoryObject.Suffix;
        if (!context.Cache.Contains(id))
        {
            staging.Write(id, folder.Bytes);
            staging.Commit(cancellationToken);
        }

        var size = folder.Entries.Sum(e => new FileInfo(context.Cache.PathOf(e.Md5.ToString())).Length);
        return new RecordedContent { Id = id, Size = size, FileCount = folder.Entries.Length };
    }
}
