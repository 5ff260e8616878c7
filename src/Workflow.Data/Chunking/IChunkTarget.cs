namespace Workflow.Data.Chunking;

/// <summary>Takes the verified parts of many contents in any order. Safe for concurrent use, except that one content's parts never come twice.</summary>
internal interface IChunkTarget
{
    /// <summary>Takes a part.</summary>
    /// <param name="item">Which content.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="bytes">Verified; valid during the call.</param>
    void Write(int item, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Called once per content, when all its parts have been written; for an empty content too.</summary>
    void Complete(int item);

    /// <summary>Called instead of <see cref="Complete"/> when a part of a content cannot be had.</summary>
    /// <returns>True: it is noted, and the other contents come. False: the download ends with that problem.</returns>
    bool TryFail(int item, ChunkStoreException problem);
}
