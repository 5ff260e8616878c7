namespace Workflow.Data.Versioning.Objects;

/// <summary>One file of a tracked folder.</summary>
/// <param name="Path">Relative to the folder, with <c>/</c>.</param>
/// <param name="Md5">The file's content.</param>
internal readonly record struct DirectoryEntry(string Path, Md5Hash Md5);
