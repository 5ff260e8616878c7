using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Brings objects of the cache into a remote. An object is hashed before: a damaged one is not spread.</summary>
internal sealed class ObjectUpload(RepositoryContext context, ObjectRemote remote, TransferMeter meter, int jobs, Action<string>? stepReached)
{
    private const int SmallBytes = 1 << 20;

    /// <summary>Gets what could not be pushed, and why.</summary>
    public ConcurrentDictionary<ObjectId, string> Failures { get; } = new();

    /// <summary>Pushes objects and makes them durable.</summary>
    public async Task PushAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        meter.Expect(ids.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
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
            var path = context.Cache.PathOf(id.Name, id.IsLegacy);
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            await using (file.ConfigureAwait(false))
            {
                if (file.Length > SmallBytes)
                {
                    Check(id, FileHasher.HashFile(path, cancellationToken), () => FileHasher.HashLegacyFile(path, cancellationToken));
                    await PutAsync(id, file, cancellationToken).ConfigureAwait(false);
                    return;
                }

                await PushSmallAsync(id, file, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DvcException exception)
        {
            Failures[id] = exception.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failures[id] = $"The object {id.Name} could not be pushed to the {remote.Shown}: {exception.Message}";
        }
    }

    private async Task PushSmallAsync(ObjectId id, FileStream file, CancellationToken cancellationToken)
    {
        var length = (int)file.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await file.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            Check(id, FileHasher.Hash(buffer.AsSpan(0, length)), () => FileHasher.HashLegacy(buffer.AsSpan(0, length)));
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
        meter.Add(length);
        meter.Finish();
        stepReached?.Invoke("object");
    }

    private static void Check(ObjectId id, Md5Hash actual, Func<Md5Hash> legacy)
    {
        if (actual != id.Md5 && !(id.IsLegacy && legacy() == id.Md5))
        {
            throw new DvcException(string.Create(CultureInfo.InvariantCulture, $"The object {id.Name} in the cache is damaged: its content has the MD5 {actual}. It was not pushed. Delete it and add the data again, or fetch it from a remote that has it."));
        }
    }
}
