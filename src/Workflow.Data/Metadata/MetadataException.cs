namespace Workflow.Data.Metadata;

/// <summary>The metadata database cannot be used: it is not one, is damaged, belongs to another version, or is busy.</summary>
/// <remarks>Transient only where <see cref="IsTransient"/> says so.</remarks>
public sealed class MetadataException : Exception
{
    /// <summary>Describes what is wrong.</summary>
    /// <param name="place">The database: a file or a server.</param>
    /// <param name="problem">What is wrong and what to do about it; one or more sentences.</param>
    /// <param name="isTransient">Whether trying again later may help.</param>
    /// <param name="innerException">What the driver said, if it said something.</param>
    public MetadataException(string place, string problem, bool isTransient = false, Exception? innerException = null)
        : base($"The metadata database '{place}' cannot be used: {problem}", innerException) => (Place, IsTransient) = (place, isTransient);

    /// <summary>Gets the database: a file or a server.</summary>
    public string Place { get; }

    /// <summary>Gets whether trying again later may help.</summary>
    public bool IsTransient { get; }
}
