namespace Workflow.Data.Chunking;

/// <summary>Where a chunk is.</summary>
internal readonly record struct ChunkPlace(PackReference Pack, int Index);
