namespace Workflow.Data.Versioning.Revisions;

/// <summary>One version of a metafile that some commit holds.</summary>
/// <param name="Path">Relative to the DVC repository's root.</param>
/// <param name="Blob">Its git object.</param>
/// <param name="LockBlob">That of the <c>dvc.lock</c> beside a <c>dvc.yaml</c>; null when there is none.</param>
internal readonly record struct CommittedMetafile(string Path, string Blob, string? LockBlob);
