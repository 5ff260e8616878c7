using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>A stored content: its identity and where its chunks are. Immutable.</summary>
/// <param name="Id">SHA-256 over the text <c>workflow-content-1</c> and, for each chunk, its id and its length (4 bytes, little-endian).</param>
/// <param name="Length">In bytes.</param>
/// <param name="Modified">When it was pushed, in microseconds since 1970, UTC, by the pusher's clock.</param>
/// <param name="Runs">Its chunks in order; none for an empty content.</param>
internal sealed record ContentRecord(ContentDigest Id, long Length, long Modified, ChunkRun[] Runs);
