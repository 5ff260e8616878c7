namespace Workflow.Data.Storage;

/// <summary>A store has no blob of that name.</summary>
public sealed class BlobNotFoundException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="location">The store's <see cref="IBlobStore.Location"/>.</param>
    /// <param name="innerException">What the store's client said, if anything.</param>
    public BlobNotFoundException(string name, string location, Exception? innerException = null)
        : base($"'{location}' has no blob '{name}'. Push it there, or name the remote that has it.", innerException) => (Name, Location) = (name, location);

    /// <summary>Gets the name that was asked for.</summary>
    public string Name { get; }

    /// <summary>Gets where it was looked for.</summary>
    public string Location { get; }
}
