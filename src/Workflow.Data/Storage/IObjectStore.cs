namespace Workflow.Data.Storage;

/// <summary>Keeps immutable bytes under the digest of their content: data, models, reports.</summary>
/// <remarks>
/// Implementations are safe for concurrent use, also by several processes. An object is there whole or not at all.
/// <c>Workflow.Testing.Storage.ObjectStoreConformance</c> is what an implementation has to pass.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Stores content. Storing the same content again is no error and repairs an object that has become corrupt.</summary>
    /// <param name="content">Read from its position to its end, not disposed.</param>
    /// <param name="cancellationToken">A cancelled call stores nothing.</param>
    /// <returns>The digest under which the content is found from now on. It is durable when the task completes.</returns>
    Task<ContentDigest> PutAsync(Stream content, CancellationToken cancellationToken = default);

    /// <summary>Opens an object for a verified read.</summary>
    /// <param name="digest">The digest that <see cref="PutAsync"/> returned.</param>
    /// <param name="cancellationToken">Observed while the object is fetched.</param>
    /// <returns>
    /// The content, at its beginning; the caller disposes it. An implementation proves the digest before it returns, or else at the end
    /// of the stream: a caller that does not know the implementation acts on nothing before it has read to the end.
    /// </returns>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="CorruptArtifactException">The bytes do not have the digest; thrown here or by the read that reaches the end.</exception>
    Task<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken = default);

    /// <summary>Tells whether an object is there. Does not verify it.</summary>
    /// <param name="digest">The digest to look for.</param>
    /// <param name="cancellationToken">Observed while the store answers.</param>
    Task<bool> ExistsAsync(ContentDigest digest, CancellationToken cancellationToken = default);

    /// <summary>Lists every object, in no particular order. Objects stored or removed meanwhile may be listed or not.</summary>
    /// <param name="cancellationToken">Observed between objects.</param>
    IAsyncEnumerable<ContentDigest> ListAsync(CancellationToken cancellationToken = default);
}
