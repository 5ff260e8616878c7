using System.Buffers;

namespace Workflow.Data.Storage;

/// <summary>Finds the objects of a store that have rotted or been edited.</summary>
public static class ObjectStoreAudit
{
    /// <summary>Reads and digests every object, and lists all that are not what was stored.</summary>
    /// <param name="store">The store. It may be in use.</param>
    /// <param name="cancellationToken">Observed between reads.</param>
    public static async Task<ObjectStoreReport> VerifyAsync(IObjectStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var objects = 0L;
        var bytes = 0L;
        var faults = new List<ObjectFault>();
        await foreach (var digest in store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            objects++;
            try
            {
                bytes += await ReadToEndAsync(store, digest, cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectNotFoundException)
            {
                // Removed since it was listed.
                objects--;
            }
            catch (Exception e) when (e is CorruptArtifactException or IOException or UnauthorizedAccessException)
            {
                faults.Add(new ObjectFault(digest, e.Message));
            }
        }

        return new ObjectStoreReport
        {
            Objects = objects,
            Bytes = bytes,
            Faults = [.. faults.OrderBy(f => f.Digest.Hex, StringComparer.Ordinal)],
        };
    }

    private static async Task<long> ReadToEndAsync(IObjectStore store, ContentDigest digest, CancellationToken cancellationToken)
    {
        var stream = await store.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
            try
            {
                var total = 0L;
                int read;
                while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    total += read;
                }

                return total;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
