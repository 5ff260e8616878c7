using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>What a chunk store knows of a content without reading it. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">
/// Its identity: equal contents of one store have equal ids, whatever their names. It is a hash over the ids and lengths of its chunks, not
/// over its bytes, and in an encrypted store nobody can compute it without the key.
/// </param>
/// <param name="Length">In bytes.</param>
/// <param name="Modified">When it was pushed, by the pusher's clock.</param>
public sealed record ChunkContent(string Name, ContentDigest Id, long Length, DateTimeOffset Modified);
