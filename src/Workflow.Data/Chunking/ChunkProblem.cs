namespace Workflow.Data.Chunking;

/// <summary>What is wrong with a chunk store.</summary>
public enum ChunkProblem
{
    /// <summary>A blob is not what was written: changed, cut short, or of a foreign program. Not transient.</summary>
    Corrupt,

    /// <summary>A blob that others refer to is not there. Not transient.</summary>
    Missing,

    /// <summary>The key is not the store's, there is none, or there is one and the store is not encrypted. Not transient.</summary>
    Key,

    /// <summary>A newer program wrote this. Not transient.</summary>
    Version,

    /// <summary>Other writers were faster again and again. Transient.</summary>
    Contention,
}
