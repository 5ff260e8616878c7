using System.Buffers;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Brings objects of the cache into a plain remote, each by itself.</summary>
internal sealed class PlainPush(PlainRemote remote, ObjectUpload upload)
{
    private const int SmallBytes = 1 << 20;

    public async Task RunAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = upload.Jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, options, async (id, token) => await PushAsync(id, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (remote.Store is LocalBlobStore local)
        {
            await Task.Run(local.Flush, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PushAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            var path = upload.Context.Cache.PathOf(id.Name, id.IsLegacy);
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            await using (file.ConfigureAwait(false))
            {
                if (file.Length > SmallBytes)
                {
                    ObjectUpload.Check(id, FileHasher.HashFile(path, cancellationToken), () => FileHasher.HashLegacyFile(path, cancellationToken));
                    await PutAsync(id, file, cancellationToken).ConfigureAwait(false);
                    return;
                }

                await PushSmallAsync(id, file, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DvcException exception)
        {
            upload.Failures[id] = exception.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            upload.Failures[id] = $"The object {id.Name} could not be pushed to the {remote.Shown}: {exception.Message}";
        }
    }

    private async Task PushSmallAsync(ObjectId id, FileStream file, CancellationToken cancellationToken)
    {
        var length = (int)file.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await file.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            ObjectUpload.Check(id, FileHasher.Hash(buffer.AsSpan(0, length)), () => FileHasher.HashLegacy(buffer.AsSpan(0, length)));
            using var content = new MemoryStream(buffer, 0, length, writable: false);
            await PutAsync(id, content, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task PutAsync(ObjectId id, Stream content, CancellationToken cancellationToken)
    {
        var length = content.Length;
        _ = remote.Store is LocalBlobStore local
            ? await local.PutUnflushedAsync(ObjectRemote.BlobOf(id), content, cancellationToken).ConfigureAwait(false)
            : await remote.Store.PutAsync(ObjectRemote.BlobOf(id), content, PutCondition.None, cancellationToken).ConfigureAwait(false);
        upload.Meter.Add(length);
        upload.Meter.Finish();
        upload.StepReached?.Invoke("object");
    }
}
