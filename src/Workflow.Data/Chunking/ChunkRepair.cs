using System.Collections.Immutable;

namespace Workflow.Data.Chunking;

/// <summary>What a repair has dropped. Immutable.</summary>
/// <param name="DroppedNames">The names whose content was damaged, in order: push them again.</param>
/// <param name="DroppedPacks">The blobs that were dropped.</param>
public sealed record ChunkRepair(ImmutableArray<string> DroppedNames, ImmutableArray<string> DroppedPacks);
