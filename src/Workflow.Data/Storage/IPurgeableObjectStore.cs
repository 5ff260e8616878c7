namespace Workflow.Data.Storage;

/// <summary>An object store that can let go of objects. <see cref="IObjectStore"/> alone only ever grows.</summary>
public interface IPurgeableObjectStore : IObjectStore
{
    /// <summary>Removes an object, unless it was stored, or stored again, lately.</summary>
    /// <param name="digest">The object.</param>
    /// <param name="storedBefore">Removed only when it was last stored before this moment: whoever stores it anew is about to refer to it.</param>
    /// <param name="cancellationToken">A cancelled call removes nothing, or all of it.</param>
    /// <returns>Whether it was removed; false where there is none, too.</returns>
    Task<bool> DeleteAsync(ContentDigest digest, DateTimeOffset storedBefore, CancellationToken cancellationToken = default);
}
