using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Puts imported content into the cache.</summary>
internal sealed class CacheSink(RepositoryContext context) : ContentSink, IDisposable
{
    private readonly ObjectStaging _staging = new(context.Cache, context.OwnFolder);

    public override string NewFile() => _staging.NewFile();

    public override Task<Md5Hash[]> TakeAsync(string root, IReadOnlyList<WorkspaceFile> files, CancellationToken cancellationToken)
    {
        var target = new IngestTarget(context.Cache, _staging, context.Configuration.LinkTypes.Contains("reflink", StringComparer.Ordinal));
        return new FileIngest(root, context.Jobs, context.TimeProvider).HashAsync(files, HashIndex.Empty, target, cancellationToken);
    }

    public override Task TakeAsync(string name, string file, Md5Hash md5, CancellationToken cancellationToken)
    {
        var size = new FileInfo(file).Length;
        if (context.Cache.IsIntact(md5, size, cancellationToken) || !_staging.TryAdd(md5.ToString(), file, size))
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }

    public override Task CompleteAsync(DirectoryObject? folder, CancellationToken cancellationToken)
    {
        _staging.Commit(cancellationToken);
        if (folder is not null && folder.Md5 + DirectoryObject.Suffix is var id && !ObjectCache.IsIntact(context.Cache.PathOf(id), folder.Md5, folder.Bytes.Length, cancellationToken))
        {
            _staging.Write(id, folder.Bytes);
            _staging.Commit(cancellationToken);
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _staging.Dispose();
}
