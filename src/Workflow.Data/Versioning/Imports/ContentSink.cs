using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Where imported content goes: the cache, a remote, or a folder. Safe for concurrent use.</summary>
internal abstract class ContentSink
{
    /// <summary>Gets the path of a file that does not exist yet, for content on its way.</summary>
    public abstract string NewFile();

    /// <summary>Takes files of this machine.</summary>
    /// <param name="root">The absolute path of the file or folder that is imported.</param>
    /// <param name="files">With absolute paths, and the stamps that they have now: one that changes meanwhile is refused.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <returns>The hash of each.</returns>
    public abstract Task<Md5Hash[]> TakeAsync(string root, IReadOnlyList<WorkspaceFile> files, CancellationToken cancellationToken);

    /// <summary>Takes what was written to a file of <see cref="NewFile"/>, which is then gone.</summary>
    /// <param name="name">The path in the folder that is imported; empty when a file is imported.</param>
    /// <param name="file">The file.</param>
    /// <param name="md5">The hash of its content.</param>
    /// <param name="cancellationToken">Observed while it is written.</param>
    public abstract Task TakeAsync(string name, string file, Md5Hash md5, CancellationToken cancellationToken);

    /// <summary>Ends: everything is there, and durable, or this throws.</summary>
    /// <param name="folder">The list of the files, when a folder is imported.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    public abstract Task CompleteAsync(DirectoryObject? folder, CancellationToken cancellationToken);
}
