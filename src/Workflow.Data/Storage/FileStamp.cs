namespace Workflow.Data.Storage;

internal enum FileKind
{
    Missing,
    File,
    Folder,
    SymbolicLink,
    Other,
}

/// <summary>What the file system says about a file, without reading it. Two equal stamps of one path mean equal content.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Device">The file system; 0 where unknown.</param>
/// <param name="Inode">0 where unknown.</param>
/// <param name="Modified">Nanoseconds since 1970, UTC.</param>
/// <param name="Changed">Nanoseconds since 1970, UTC, of the last change of content or attributes: tools cannot set it back.</param>
/// <param name="Mode">The permission bits, those for set-id and sticky included.</param>
internal readonly record struct FileStamp(FileKind Kind, ulong Device, ulong Inode, long Size, long Modified, long Changed, int Mode)
{
    internal bool IsExecutable => (Mode & 0b1_000_000) != 0;
}
