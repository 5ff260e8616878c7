namespace Workflow.Data.Versioning.Imports;

/// <summary>A file of a source. Immutable.</summary>
/// <param name="Path">In the folder that is imported; empty when a file is imported.</param>
/// <param name="Length">In bytes; null when only reading tells.</param>
/// <param name="Mark">The store's own mark of this content; null when it has none.</param>
internal sealed record SourceFile(string Path, long? Length, string? Mark);
