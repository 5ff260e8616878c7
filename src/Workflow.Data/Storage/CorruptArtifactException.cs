namespace Workflow.Data.Storage;

/// <summary>Stored bytes are not the bytes that were stored: they have another digest.</summary>
/// <remarks>Not transient: reading again gives the same bytes. Storing the right content again repairs the object.</remarks>
public sealed class CorruptArtifactException : Exception
{
    /// <summary>Describes the damage.</summary>
    /// <param name="place">The file or object that was read.</param>
    /// <param name="expected">The digest under which it was stored.</param>
    /// <param name="actual">The digest of the bytes that are there.</param>
    public CorruptArtifactException(string place, ContentDigest expected, ContentDigest actual)
        : base($"'{place}' is corrupt: expected {expected}, got {actual}. Store its content again, or restore the file from a backup.") =>
        (Place, Expected, Actual) = (place, expected, actual);

    /// <summary>Gets the file or object that was read.</summary>
    public string Place { get; }

    /// <summary>Gets the digest under which it was stored.</summary>
    public ContentDigest Expected { get; }

    /// <summary>Gets the digest of the bytes that are there.</summary>
    public ContentDigest Actual { get; }
}
