using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>
/// Puts imported content straight into a remote (<c>--to-remote</c>), a folder's list after its files. Files of this machine are read in place; of
/// others as many as there are jobs lie here for a moment.
/// </summary>
internal sealed class RemoteSink(RepositoryContext context, ObjectRemote remote, TransferMeter meter, int jobs) : ContentSink, IDisposable
{
    private readonly SpoolFolder _spool = new(context.OwnFolder);

    public override string NewFile() => _spool.NewFile();

    public override async Task<Md5Hash[]> TakeAsync(string root, IReadOnlyList<WorkspaceFile> files, CancellationToken cancellationToken)
    {
        var hashes = await new FileIngest(root, context.Jobs, context.TimeProvider).HashAsync(files, HashIndex.Empty, target: null, cancellationToken).ConfigureAwait(false);
        meter.Expect(files.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, files.Count), options, async (i, token) =>
        {
            // What is sent has to be what was hashed: a file that somebody writes to never gets the name of its old content.
            var path = Path.Combine(root, files[i].Path);
            var isSmall = files[i].Stamp.Size <= SmallFiles.MaximumBytes;
            var bytes = isSmall ? await File.ReadAllBytesAsync(path, token).ConfigureAwait(false) : null;
            if (bytes is not null ? FileHasher.Hash(bytes) != hashes[i] : !IsSame(files[i].Stamp, PosixFiles.Stamp(path)))
            {
                throw Changed(path);
            }

            Stream content = bytes is not null ? new MemoryStream(bytes, writable: false) : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            await using (content.ConfigureAwait(false))
            {
                await PutAsync(new ObjectId(hashes[i], IsFolder: false, IsLegacy: false), content, token).ConfigureAwait(false);
            }

            if (bytes is null && !IsSame(files[i].Stamp, PosixFiles.Stamp(path)))
            {
                await remote.Store.DeleteAsync([ObjectRemote.BlobOf(new ObjectId(hashes[i], IsFolder: false, IsLegacy: false))], CancellationToken.None).ConfigureAwait(false);
                throw Changed(path);
            }
        }).ConfigureAwait(false);
        return hashes;
    }

    public override async Task TakeAsync(string name, string file, Md5Hash md5, CancellationToken cancellationToken)
    {
        var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        await using (content.ConfigureAwait(false))
        {
            await PutAsync(new ObjectId(md5, IsFolder: false, IsLegacy: false), content, cancellationToken).ConfigureAwait(false);
        }

        File.Delete(file);
    }

    public override async Task CompleteAsync(DirectoryObject? folder, CancellationToken cancellationToken)
    {
        if (folder is not null)
        {
            using var content = new MemoryStream(folder.Bytes, writable: false);
            await PutAsync(new ObjectId(folder.Md5, IsFolder: true, IsLegacy: false), content, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _spool.Dispose();

    private static bool IsSame(in FileStamp before, in FileStamp after) => before.Size == after.Size && before.Modified == after.Modified && before.Inode == after.Inode;

    private static DvcException Changed(string path) => new($"'{path}' changed while it was read. Run the command again when nothing writes there.");

    private async Task PutAsync(ObjectId id, Stream content, CancellationToken cancellationToken)
    {
        var blob = ObjectRemote.BlobOf(id);
        var length = content.Length;
        try
        {
            if (await remote.Store.FindAsync(blob, cancellationToken).ConfigureAwait(false) is not { } there || there.Length != length)
            {
                await remote.Store.PutAsync(blob, content, PutCondition.None, cancellationToken).ConfigureAwait(false);
                meter.Add(length);
                meter.Finish();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DvcException($"The object {id.Name} could not be written to the {remote.Shown}: {exception.Message}", exception);
        }
    }
}
