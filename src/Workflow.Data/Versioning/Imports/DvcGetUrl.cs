using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Tells where a repository's remote keeps data (<c>dvc get --show-url</c>), whether or not it is there.</summary>
internal sealed class DvcGetUrl(DataGetOptions options, TimeProvider timeProvider)
{
    public async Task<string> RunAsync(string url, string path, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.WorkingDirectory ?? ".");
        using var source = await SourceRepository.CloneAsync(url, options.Revision, folder, (timeProvider, options.Providers), cancellationToken).ConfigureAwait(false);
        var inside = RepositoryPath.TryResolve(source.Folder, source.Folder, path);
        var catalog = source.Context is not { } there ? OutputCatalog.Empty
            : await new CatalogReader(there, new IgnoreRules(there.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        if (inside is not { Length: > 0 } || catalog.FindCovering(inside) is not { IsCached: true } output)
        {
            throw new DvcException($"'{path}' is not tracked by DVC in the repository '{url}', so no remote has it.");
        }

        if (output.HasForeignHash || output.IsCloudVersioned || output.IsContentElsewhere || output.Id is null || !ObjectId.TryParse(output.Id, output.IsLegacy, out var id))
        {
            throw new DvcException($"'{output.Path}' in the repository '{url}' has no content under an md5, so no remote has it.");
        }

        using var remotes = new RemoteSet(source.RemoteContext!);
        var remote = remotes.Get(output.RemoteName ?? options.Remote);
        if (inside != output.Path)
        {
            id = await FindAsync(source, (remote, id), output, inside[(output.Path.Length + 1)..], cancellationToken).ConfigureAwait(false);
        }

        return $"{remote.Store.Location.TrimEnd('/')}/{ObjectRemote.BlobOf(id)}";
    }

    private async Task<ObjectId> FindAsync(SourceRepository source, (ObjectRemote Remote, ObjectId Id) folder, TrackedOutput output, string part, CancellationToken cancellationToken)
    {
        var context = source.RemoteContext!;
        var list = context.Cache.TryReadDirectory(folder.Id.Name, folder.Id.IsLegacy)
            ?? await new ObjectDownload(context, folder.Remote, new TransferMeter(progress: null, timeProvider), jobs: 1).TryReadListAsync(folder.Id, cancellationToken).ConfigureAwait(false)
            ?? throw new DvcException($"The {folder.Remote.Shown} does not have the list of files of '{output.Path}' ({folder.Id.Name}), so where '{part}' is cannot be told.");
        return list.Entries.FirstOrDefault(e => e.Path == part) is { Path: not null } entry
            ? new ObjectId(entry.Md5, IsFolder: false, folder.Id.IsLegacy)
            : throw new DvcException($"'{output.Path}' in the repository '{source.Url}' holds no file '{part}'.");
    }
}
