namespace Workflow.Data.Chunking;

/// <summary>Checks of what a manifest says of a content against the indexes of its packs.</summary>
internal static class ChunkRuns
{
    /// <summary>The length of the content in a run.</summary>
    /// <exception cref="ChunkStoreException">The pack has fewer chunks.</exception>
    public static long RawLength(PackIndex index, ChunkRun run)
    {
        if (run.First + run.Count > index.Count)
        {
            throw ChunkStoreException.Corrupt(
                index.Record.BlobName, $"a content needs its chunks {run.First} to {run.First + run.Count - 1}, it has {index.Count}");
        }

        long length = 0;
        for (var i = run.First; i < run.First + run.Count; i++)
        {
            length += index[i].RawLength;
        }

        return length;
    }

    /// <exception cref="ChunkStoreException">The chunks do not add up.</exception>
    public static void RequireLength(ContentRecord content, long actual)
    {
        if (content.Length != actual)
        {
            throw ChunkStoreException.Corrupt(
                ManifestFormat.Prefix, $"the content {content.Id.Hex} is listed with {content.Length} bytes, its chunks have {actual}");
        }
    }
}
