using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A remote as DVC has them: each object is a blob of its name.</summary>
internal sealed class PlainRemote(string name, IBlobStore store, int? jobs, TimeProvider clock) : ObjectRemote(name, jobs)
{
    private bool _isPlain;

    public override IBlobStore Store => store;

    public override async Task<IReadOnlyDictionary<ObjectId, long>> FindAsync(IReadOnlyCollection<ObjectId> wanted, int jobs, CancellationToken cancellationToken)
    {
        var found = await new RemoteListing(this, jobs).FindAsync(wanted, cancellationToken).ConfigureAwait(false);
        if (found.Count < wanted.Count)
        {
            await RequirePlainAsync(cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    public override async Task<IReadOnlyDictionary<ObjectId, byte[]>> ReadAsync(IReadOnlyCollection<ObjectId> ids, long maximumBytes, int jobs, CancellationToken cancellationToken)
    {
        var read = new ConcurrentDictionary<ObjectId, byte[]>();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken }, async (id, token) =>
        {
            if (await TryReadAsync(id, maximumBytes, token).ConfigureAwait(false) is { } bytes)
            {
                read[id] = bytes;
            }
        }).ConfigureAwait(false);
        if (read.Count < ids.Count)
        {
            await RequirePlainAsync(cancellationToken).ConfigureAwait(false);
        }

        return read;
    }

    public override string Remedy(ObjectId id) => $"Delete the blob '{BlobOf(id)}' there and push it again from a repository that has it.";

    public override async Task FetchAsync(IReadOnlyCollection<ObjectId> ids, ObjectDownload download, ObjectStaging staging, CancellationToken cancellationToken)
    {
        await new PlainFetch(this, download).RunAsync(ids, staging, cancellationToken).ConfigureAwait(false);
        if (!download.Missing.IsEmpty)
        {
            await RequirePlainAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task PushAsync(IReadOnlyCollection<ObjectId> ids, ObjectUpload upload, CancellationToken cancellationToken) =>
        new PlainPush(this, upload).RunAsync(ids, cancellationToken);

    public override async IAsyncEnumerable<RemoteObject> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in store.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if ((ObjectOf(blob.Name, isLegacy: false) ?? ObjectOf(blob.Name, isLegacy: true)) is { } id)
            {
                yield return new RemoteObject(id, blob.Length, blob.LastModified);
            }
        }
    }

    public override Task RemoveAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? Task.CompletedTask : store.DeleteAsync([.. ids.Select(BlobOf)], cancellationToken);

    /// <summary>Refuses a chunk store. Asked when something is not there: before the first write, and to explain a miss.</summary>
    public async Task RequirePlainAsync(CancellationToken cancellationToken)
    {
        if (_isPlain)
        {
            return;
        }

        await foreach (var blob in store.ListAsync(ManifestFormat.Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (ManifestFormat.TryParseName(blob.Name, out _))
            {
                throw new DvcException($"The {Shown} is a chunk store (it holds '{blob.Name}'), but is used as a plain remote. Say so in the configuration ({ChunkStoreConfiguration.Section}:{Name}, of the tool in workflow.json; DataRepository.WithChunkStores), or export it to a plain remote.");
            }

            break;
        }

        _isPlain = true;
    }

    public override void Dispose() => (store as IDisposable)?.Dispose();

    private async Task<byte[]?> TryReadAsync(ObjectId id, long maximumBytes, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        try
        {
            await BrokenStream.RetryAsync(
                clock,
                async offset =>
                {
                    memory.SetLength(offset);
                    memory.Position = offset;
                    var stream = await store.OpenReadAsync(BlobOf(id), offset, cancellationToken: cancellationToken).ConfigureAwait(false);
                    await using (stream.ConfigureAwait(false))
                    {
                        if (offset + stream.Length > maximumBytes)
                        {
                            throw new DvcException($"The object {id.Name} in the {Shown} has {offset + stream.Length} bytes; a list of files has at most {maximumBytes}.");
                        }

                        await stream.CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
                    }
                },
                () => memory.Length,
                () => memory.SetLength(0),
                cancellationToken).ConfigureAwait(false);
            return memory.ToArray();
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }
}
