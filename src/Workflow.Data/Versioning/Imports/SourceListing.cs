using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Imports;

/// <summary>What a source holds. Immutable.</summary>
/// <param name="IsFolder">Whether it is a folder, perhaps an empty one.</param>
/// <param name="Files">One when it is a file.</param>
internal sealed record SourceListing(bool IsFolder, ImmutableArray<SourceFile> Files);
