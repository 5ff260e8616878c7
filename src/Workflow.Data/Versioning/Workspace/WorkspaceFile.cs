using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>A file of a tracked output in the workspace.</summary>
/// <param name="Path">Relative to the repository's root, with <c>/</c>.</param>
/// <param name="Stamp">Of the file itself or, for a symbolic link, of the file it points to.</param>
/// <param name="IsLink">Whether it is a symbolic link.</param>
internal readonly record struct WorkspaceFile(string Path, FileStamp Stamp, bool IsLink);
