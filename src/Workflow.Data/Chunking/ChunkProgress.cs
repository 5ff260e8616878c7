namespace Workflow.Data.Chunking;

/// <summary>How far a transfer is. Reported about ten times a second and at the end.</summary>
/// <param name="Files">How many are done.</param>
/// <param name="TotalFiles">How many there are to do; those that are there already are left out.</param>
/// <param name="Bytes">Of content, read or written so far.</param>
public readonly record struct ChunkProgress(long Files, long TotalFiles, long Bytes);
