using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>Tells whether a file of the workspace is already the type of link that the settings ask for.</summary>
internal sealed class LinkCheck(RepositoryContext context)
{
    private readonly IReadOnlyList<string> _types = context.Configuration.LinkTypes;
    private readonly int _mode = FileModes.Created();

    /// <summary>Whether an unchanged file has to be made anew.</summary>
    /// <param name="file">The file.</param>
    /// <param name="stored">The path of its object.</param>
    public bool IsOther(in WorkspaceFile file, string stored)
    {
        var path = context.FullPath(file.Path);
        var links = file.IsLink ? 1 : PosixFiles.LinkCount(path);
        var isPlain = !file.IsLink && links == 1;
        return _types.FirstOrDefault() switch
        {
            "hardlink" when file.Stamp.Size > 0 => file.IsLink || PosixFiles.Stamp(stored) is var there && (there.Inode != file.Stamp.Inode || there.Device != file.Stamp.Device),
            // A clone looks like a copy: it has to be made to be one.
            "reflink" => true,
            "symlink" => !file.IsLink || new FileInfo(path).LinkTarget != stored,
            _ => !isPlain || file.Stamp.Mode != _mode,
        };
    }
}
