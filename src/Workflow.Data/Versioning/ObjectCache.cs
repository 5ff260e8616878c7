namespace Workflow.Data.Versioning;

/// <summary>The local cache of a repository: <c>files/md5/ab/cdef…</c>, and <c>ab/cdef…</c> of DVC 2.x for reading.</summary>
internal sealed class ObjectCache(string folder)
{
    internal const int ObjectMode = 0b100_100_100;

    public string Folder { get; } = folder;

    public string PathOf(string id, bool isLegacy = false) => isLegacy
        ? Path.Combine(Folder, id[..2], id[2..])
        : Path.Combine(Folder, "files", "md5", id[..2], id[2..]);

    public bool Contains(string id, bool isLegacy = false) => File.Exists(PathOf(id, isLegacy));

    /// <summary>Whether an object is there and whole as far as can be seen without reading it: read-only and of the right size.</summary>
    /// <remarks>An object that is not read-only is read; a wrong one is reported missing, and a new one then replaces it.</remarks>
    public bool IsIntact(Md5Hash md5, long size, CancellationToken cancellationToken) => IsIntact(PathOf(md5.ToString()), md5, size, cancellationToken);

    /// <summary>The same for an object of any id, such as a <c>.dir</c>.</summary>
    public static bool IsIntact(string path, Md5Hash md5, long size, CancellationToken cancellationToken)
    {
        var stamp = PosixFiles.Stamp(path);
        if (stamp.Kind != FileKind.File || stamp.Size != size)
        {
            return false;
        }

        if (stamp.Mode == ObjectMode || OperatingSystem.IsWindows())
        {
            return true;
        }

        if (FileHasher.HashFile(path, cancellationToken) != md5)
        {
            return false;
        }

        File.SetUnixFileMode(path, (UnixFileMode)ObjectMode);
        return true;
    }

    /// <summary>Reads the list of a folder's files.</summary>
    /// <returns>Null when the object is missing or is no list of files.</returns>
    /// <exception cref="DvcException">It leads out of its folder, or is larger than any list can be.</exception>
    public DirectoryObject? TryReadDirectory(string id, bool isLegacy)
    {
        var path = PathOf(id, isLegacy);
        var stamp = PosixFiles.Stamp(path);
        if (stamp.Kind != FileKind.File)
        {
            return null;
        }

        return stamp.Size <= DirectoryObject.MaximumBytes
            ? DirectoryObject.TryParse(File.ReadAllBytes(path), id)
            : throw new DvcException($"The object {id} has {stamp.Size} bytes; a list of files has at most {DirectoryObject.MaximumBytes}.");
    }
}
