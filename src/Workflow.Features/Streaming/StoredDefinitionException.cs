namespace Workflow.Features.Streaming;

/// <summary>A store on disk holds the features of another definition.</summary>
/// <remarks>Not transient: open it with the definition that wrote it, or with <see cref="OtherDefinition.StartEmpty"/>, or elsewhere.</remarks>
public sealed class StoredDefinitionException : Exception
{
    internal StoredDefinitionException(string folder, string expected, string actual)
        : base($"The store '{folder}' holds features of the definition {actual}, expected {expected}. Open it with the definition that wrote it, name another folder, or ask for {nameof(OtherDefinition)}.{nameof(OtherDefinition.StartEmpty)} and replay the streams.") =>
        (Folder, Expected, Actual) = (folder, expected, actual);

    /// <summary>Gets the store's folder.</summary>
    public string Folder { get; }

    /// <summary>Gets the digest of the service that was to be opened.</summary>
    public string Expected { get; }

    /// <summary>Gets the digest of the service that wrote the store.</summary>
    public string Actual { get; }
}
