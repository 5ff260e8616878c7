namespace Workflow.Data.Versioning.Workspace;

/// <summary>A file that a checkout makes.</summary>
/// <param name="Path">Relative to the repository's root, with <c>/</c>.</param>
/// <param name="Object">The path of its object in the cache.</param>
/// <param name="Size">The object's size.</param>
/// <param name="IsExecutable">Whether it gets the owner's executable bit.</param>
internal readonly record struct CheckoutFile(string Path, string Object, long Size, bool IsExecutable);
