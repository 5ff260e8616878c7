namespace Workflow.Data.Storage;

/// <summary>Bytes under names: a folder, a bucket with a prefix, a container. What remotes of versioned data are kept in.</summary>
/// <remarks>
/// <para>
/// A name is relative, UTF-8, 1 to 1,024 bytes long, with <c>/</c> between its parts; empty parts, <c>.</c>, <c>..</c>, backslashes and
/// control characters are refused with an <see cref="ArgumentException"/> (<see cref="BlobName"/>). No name may be the folder of another.
/// </para>
/// <para>
/// Safe for concurrent use, also by several processes. A blob is there whole or not at all, and durable when its task completes.
/// Faults that may pass (no connection, throttling) are retried within an implementation; what is left is an <see cref="IOException"/>
/// that names the blob, the place and what to do. A store that needs disposing is <see cref="IDisposable"/>. <c>Workflow.Testing.Storage.BlobStoreConformance</c> is what an implementation has to pass.
/// </para>
/// </remarks>
public interface IBlobStore
{
    /// <summary>Gets where this is, for messages: for example <c>s3://bucket/prefix</c>. Holds no secret.</summary>
    string Location { get; }

    /// <summary>Looks for a blob without reading it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Observed while the store answers.</param>
    /// <returns>Null when there is no such blob.</returns>
    Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob, or a part of it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="offset">The first byte wanted; 0 to the blob's length.</param>
    /// <param name="length">How many bytes are wanted, 0 or more; null: all to the end. More than there are is an <see cref="IOException"/>.</param>
    /// <param name="cancellationToken">Observed until the stream is returned.</param>
    /// <returns>Exactly the bytes wanted, not verified; the caller disposes it. A stream that ends early is an <see cref="IOException"/>.</returns>
    /// <exception cref="BlobNotFoundException">There is no such blob.</exception>
    Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default);

    /// <summary>Writes a blob.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Seekable; read from its position to its end, perhaps more than once; not disposed.</param>
    /// <param name="condition">What must hold for the write to happen.</param>
    /// <param name="cancellationToken">A cancelled call may have written the blob, but never a part of it.</param>
    /// <returns>False when <paramref name="condition"/> did not hold: nothing was written.</returns>
    Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default);

    /// <summary>Lists the blobs whose names begin with a prefix, by name: those of ASCII in ordinal order; where other letters come is the store's choice.</summary>
    /// <param name="prefix">May end anywhere in a name; empty: all.</param>
    /// <param name="cancellationToken">Observed between blobs.</param>
    IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Deletes blobs. One that is not there is no error.</summary>
    /// <param name="names">Their names; any number.</param>
    /// <param name="cancellationToken">A cancelled call may have deleted some.</param>
    Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default);
}
