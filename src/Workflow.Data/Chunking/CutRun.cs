namespace Workflow.Data.Chunking;

/// <summary>A <see cref="ChunkRun"/> in a pack that may not be complete yet.</summary>
internal readonly record struct CutRun(PackReference Pack, int First, int Count);
