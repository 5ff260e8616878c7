using System.Runtime.CompilerServices;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A remote as DVC has them: each object is a blob of its name.</summary>
internal sealed class PlainRemote(string name, IBlobStore store, int? jobs, TimeProvider clock) : ObjectRemote(name, jobs)
{
    public override IBlobStore Store => store;

    public override Task<IReadOnlyDictionary<ObjectId, long>> FindAsync(IReadOnlyCollection<ObjectId> wanted, int jobs, CancellationToken cancellationToken) =>
        new RemoteListing(this, jobs).FindAsync(wanted, cancellationToken);

    public override async Task<byte[]?> TryReadAsync(ObjectId id, long maximumBytes, CancellationToken cancellationToken)
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

    public override Task FetchAsync(IReadOnlyCollection<ObjectId> ids, ObjectDownload download, ObjectStaging staging, CancellationToken cancellationToken) =>
        new PlainFetch(this, download).RunAsync(ids, staging, cancellationToken);

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
        store.DeleteAsync([.. ids.Select(BlobOf)], cancellationToken);

    public override void Dispose() => (store as IDisposable)?.Dispose();
}
