namespace Workflow.Data.Chunking;

/// <summary>A file on disk and the name of its content in a store. Immutable.</summary>
/// <param name="Name">The name, as <see cref="Storage.IBlobStore"/> allows it.</param>
/// <param name="Path">The file that is read, or made.</param>
public sealed record ChunkFile(string Name, string Path);
