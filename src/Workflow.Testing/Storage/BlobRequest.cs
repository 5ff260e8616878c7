namespace Workflow.Testing.Storage;

/// <summary>One request to a <see cref="MemoryBlobStore"/>. Immutable.</summary>
/// <param name="Operation"><c>find</c>, <c>read</c>, <c>put</c>, <c>list</c> or <c>delete</c>.</param>
/// <param name="Name">The blob, the prefix, or the first of the names.</param>
/// <param name="Bytes">How many bytes were sent.</param>
public sealed record BlobRequest(string Operation, string Name, long Bytes);
