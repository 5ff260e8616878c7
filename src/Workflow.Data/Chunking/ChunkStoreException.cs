namespace Workflow.Data.Chunking;

/// <summary>A chunk store cannot give, or take, what was asked for. Says which blob is concerned and what to do.</summary>
public sealed class ChunkStoreException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="blob">The blob within the store, for example <c>packs/ab/cdef…</c>.</param>
    /// <param name="message">Expected, actual, and what to do.</param>
    /// <param name="innerException">The cause, if any.</param>
    public ChunkStoreException(ChunkProblem problem, string blob, string message, Exception? innerException = null)
        : base(message, innerException) => (Problem, Blob) = (problem, blob);

    /// <summary>Gets what is wrong.</summary>
    public ChunkProblem Problem { get; }

    /// <summary>Gets the blob within the store.</summary>
    public string Blob { get; }

    internal static ChunkStoreException Corrupt(string blob, string details, Exception? cause = null) => new(
        ChunkProblem.Corrupt,
        blob,
        $"The blob '{blob}' is corrupt: {details}. Restore it from a backup, or let RepairAsync drop it and push its contents again.",
        cause);
}
