namespace Workflow.Data.Chunking;

/// <summary>A blob that is not as it should be. Immutable.</summary>
/// <param name="Blob">Its name within the underlying store.</param>
/// <param name="Problem">Whether it is corrupt or missing.</param>
/// <param name="Details">What was expected and what is there.</param>
public sealed record ChunkFault(string Blob, ChunkProblem Problem, string Details);
