namespace Workflow.Data.Versioning;

/// <summary>How far a transfer is. Immutable.</summary>
/// <param name="Objects">Objects done.</param>
/// <param name="TotalObjects">Objects to do, as far as known: it may grow.</param>
/// <param name="Bytes">Bytes transferred.</param>
public readonly record struct TransferProgress(long Objects, long TotalObjects, long Bytes);
