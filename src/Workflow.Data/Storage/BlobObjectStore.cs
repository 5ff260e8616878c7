using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Workflow.Data.Storage;

/// <summary>An object store over any blob store: a bucket, a container, a share. Safe for concurrent use as the blob store is.</summary>
/// <remarks>
/// The object <c>sha256:abcdef…</c> is the blob <c>ab/cdef…</c>, as in <see cref="LocalObjectStore"/>. An object is fetched to a temporary file and
/// verified before <see cref="OpenReadAsync"/> returns; the stream it returns can seek. Content is likewise first written to a temporary file.
/// </remarks>
public sealed class BlobObjectStore : IObjectStore
{
    private readonly IBlobStore _blobs;
    private readonly string _prefix;

    /// <summary>Keeps objects in a blob store.</summary>
    /// <param name="blobs">The blob store.</param>
    /// <param name="prefix">What the blobs' names begin with: a name with a final slash, or empty.</param>
    public BlobObjectStore(IBlobStore blobs, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(blobs);
        BlobName.CheckPrefix(prefix);
        if (prefix.Length > 0 && !prefix.EndsWith('/'))
        {
            throw new ArgumentException($"The prefix '{prefix}' has to end in '/'.", nameof(prefix));
        }

        (_blobs, _prefix) = (blobs, prefix);
    }

    /// <inheritdoc/>
    public async Task<ContentDigest> PutAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var activity = DataTelemetry.StartPut();
        var copy = CreateTemporary();
        await using (copy.ConfigureAwait(false))
        {
            var digest = await CopyAsync(content, copy, cancellationToken).ConfigureAwait(false);
            copy.Position = 0;

            // Also over an object that is there already: it may have become corrupt.
            await _blobs.PutAsync(NameOf(digest), copy, PutCondition.None, cancellationToken).ConfigureAwait(false);
            return digest;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken = default)
    {
        using var activity = DataTelemetry.StartOpen();
        var copy = CreateTemporary();
        try
        {
            var stream = await _blobs.OpenReadAsync(NameOf(digest), cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var actual = await CopyAsync(stream, copy, cancellationToken).ConfigureAwait(false);
                if (actual != digest)
                {
                    throw new CorruptArtifactException($"{_blobs.Location}/{NameOf(digest)}", digest, actual);
                }
            }

            copy.Position = 0;
            return copy;
        }
        catch (Exception e)
        {
            await copy.DisposeAsync().ConfigureAwait(false);
            if (e is BlobNotFoundException)
            {
                throw new ObjectNotFoundException(digest, _blobs.Location);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(ContentDigest digest, CancellationToken cancellationToken = default) =>
        await _blobs.FindAsync(NameOf(digest), cancellationToken).ConfigureAwait(false) is not null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentDigest> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var blob in _blobs.ListAsync(_prefix, cancellationToken).ConfigureAwait(false))
        {
            var name = blob.Name.AsSpan(_prefix.Length);
            if (name.Length == 65 && name[2] == '/' && ContentDigest.TryParse($"{name[..2]}{name[3..]}", out var digest))
            {
                yield return digest;
            }
        }
    }

    private static FileStream CreateTemporary() => new(
        Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}"),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous | FileOptions.DeleteOnClose);

    private static async Task<ContentDigest> CopyAsync(Stream content, FileStream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 17];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        return ContentDigest.FromHash(hash.GetHashAndReset());
    }

    private string NameOf(ContentDigest digest) => $"{_prefix}{digest.Hex[..2]}/{digest.Hex[2..]}";
}
