using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Chunks of a content that lie one after another in one pack.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="First">The first chunk's number in it.</param>
/// <param name="Count">At least 1.</param>
internal readonly record struct ChunkRun(ContentDigest Pack, int First, int Count);
