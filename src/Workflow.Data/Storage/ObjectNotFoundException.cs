namespace Workflow.Data.Storage;

/// <summary>An object store does not hold the object that was asked for.</summary>
/// <remarks>Not transient: it stays missing until somebody stores the same content.</remarks>
public sealed class ObjectNotFoundException : Exception
{
    /// <summary>Describes the missing object.</summary>
    /// <param name="digest">What was asked for.</param>
    /// <param name="place">Where it was looked for, for example a folder or a bucket.</param>
    public ObjectNotFoundException(ContentDigest digest, string place)
        : base($"There is no object {digest} in '{place}'. Store its content again, or look in the store in which it was created.") =>
        (Digest, Place) = (digest, place);

    /// <summary>Gets what was asked for.</summary>
    public ContentDigest Digest { get; }

    /// <summary>Gets where it was looked for.</summary>
    public string Place { get; }
}
