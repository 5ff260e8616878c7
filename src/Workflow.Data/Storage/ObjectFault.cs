namespace Workflow.Data.Storage;

/// <summary>An object that cannot be read as it was stored. Immutable.</summary>
/// <param name="Digest">The digest under which it was stored.</param>
/// <param name="Problem">What is wrong with it, and where it lies.</param>
public sealed record ObjectFault(ContentDigest Digest, string Problem);
