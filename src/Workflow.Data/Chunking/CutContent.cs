using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>A content of which every chunk has its place.</summary>
internal sealed record CutContent(string Name, ContentDigest Id, long Length, CutRun[] Runs)
{
    /// <summary>The record, once all its packs have their names.</summary>
    public ContentRecord ToRecord(long modified) => new(Id, Length, modified, [.. Runs.Select(static r => new ChunkRun(r.Pack.Id, r.First, r.Count))]);
}
