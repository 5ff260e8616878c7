using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Objects;

/// <summary>The local cache of a repository: <c>files/md5/ab/cdef…</c>, and <c>ab/cdef…</c> of DVC 2.x for reading.</summary>
/// <param name="folder">The cache's folder.</param>
/// <param name="remoteFolder">Of the default remote, when that is a local folder: lists of files that the cache lacks are read there.</param>
/// <param name="isShared">Whether the group may write (<c>cache.shared = group</c>).</param>
internal sealed class ObjectCache(string folder, string? remoteFolder, bool isShared)
{
    internal const int ObjectMode = 0b100_100_100;
    private static readonly string ObjectsFolder = $"files{Path.DirectorySeparatorChar}md5{Path.DirectorySeparatorChar}";
    private const UnixFileMode SharedFolderMode = (UnixFileMode)0b010_111_111_101;

    private readonly string _objects = Path.Combine(folder, "files", "md5");

    public string Folder { get; } = folder;

    public string PathOf(string id, bool isLegacy = false) => PathIn(Folder, id, isLegacy);

    /// <summary>Gets where the object of an output lies: with 3.x objects, or with those of DVC 2.x for an entry without <c>hash: md5</c>.</summary>
    /// <returns>Null when nothing is recorded for it.</returns>
    public string? PathOf(Metafiles.TrackedOutput output) => output.Id is null ? null : PathOf(output.Id, output.IsLegacy);

    /// <summary>Gets where the object of a file in a folder lies. The files of a 2.x folder are 2.x objects, too.</summary>
    public string PathOf(Metafiles.TrackedOutput folder, DirectoryEntry file) => PathOf(file.Md5.ToString(), folder.IsLegacy);

    public bool Contains(string id, bool isLegacy = false) => File.Exists(PathOf(id, isLegacy));

    /// <summary>Whether an object is there and whole as far as can be seen without reading it: read-only and of the right size.</summary>
    /// <remarks>An object that is not read-only is read; a wrong one is reported missing, and a new one then replaces it.</remarks>
    public bool IsIntact(Md5Hash md5, long size, CancellationToken cancellationToken) => IsIntact(PathOf(md5, isLegacy: false), md5, size, cancellationToken);

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
    /// <param name="id">The id, with <c>.dir</c>.</param>
    /// <param name="isLegacy">Whether it is an object of DVC 2.x.</param>
    /// <param name="asksRemote">Whether to look in a local default remote, too.</param>
    /// <returns>Null when the object is missing or is no list of files.</returns>
    /// <exception cref="DvcException">It leads out of its folder, or is larger than any list can be.</exception>
    public DirectoryObject? TryReadDirectory(string id, bool isLegacy, bool asksRemote = true)
    {
        return TryReadDirectory(PathOf(id, isLegacy), id, isVerified: false)
            ?? (remoteFolder is null || !asksRemote || Contains(id, isLegacy) ? null : TryReadDirectory(PathIn(remoteFolder, id, isLegacy), id, isVerified: true));
    }

    /// <summary>Reads the list of a folder's files in the cache alone (without parsing it when it is the expected one), and refuses one that is a list of something else.</summary>
    /// <returns>Null when the object is missing, or is no list at all.</returns>
    /// <exception cref="DvcException">An entry is none, leads out of the folder, or comes twice.</exception>
    public DirectoryObject? ReadDirectory(string id, bool isLegacy, DirectoryObject? expected) =>
        TryReadDirectory(PathOf(id, isLegacy), id, isVerified: false, isStrict: true, expected);

    /// <summary>Gets where the object of a file lies; made for being called for each of many.</summary>
    public string PathOf(Md5Hash md5, bool isLegacy)
    {
        var prefix = isLegacy ? Folder : _objects;
        return string.Create(prefix.Length + Md5Hash.HexLength + 2, (prefix, md5), static (target, state) =>
        {
            Span<char> digits = stackalloc char[Md5Hash.HexLength];
            state.md5.Value.TryFormat(digits, out _, "x32", System.Globalization.CultureInfo.InvariantCulture);
            state.prefix.CopyTo(target);
            var rest = target[state.prefix.Length..];
            rest[0] = Path.DirectorySeparatorChar;
            digits[..2].CopyTo(rest[1..]);
            rest[3] = Path.DirectorySeparatorChar;
            digits[2..].CopyTo(rest[4..]);
        });
    }

    /// <summary>Creates the folder of an object, with the mode that a shared cache has.</summary>
    public void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (path.Length > Folder.Length)
        {
            CreateFolder(Path.GetDirectoryName(path)!);
        }

        Directory.CreateDirectory(path);
        if (isShared && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, SharedFolderMode);
        }
    }

    private static string PathIn(string folder, string id, bool isLegacy) =>
        $"{folder}{Path.DirectorySeparatorChar}{(isLegacy ? "" : ObjectsFolder)}{id.AsSpan(0, 2)}{Path.DirectorySeparatorChar}{id.AsSpan(2)}";

    private static DirectoryObject? TryReadDirectory(string path, string id, bool isVerified, bool isStrict = false, DirectoryObject? expected = null)
    {
        var stamp = PosixFiles.Stamp(path);
        if (stamp.Kind != FileKind.File)
        {
            return null;
        }

        if (stamp.Size > DirectoryObject.MaximumBytes)
        {
            throw new DvcException($"The object {id} has {stamp.Size} bytes; a list of files has at most {DirectoryObject.MaximumBytes}.");
        }

        var bytes = File.ReadAllBytes(path);
        if (expected is not null && bytes.AsSpan().SequenceEqual(expected.Bytes))
        {
            return expected;
        }

        return isVerified && FileHasher.Hash(bytes) + DirectoryObject.Suffix != id ? null : DirectoryObject.TryParse(bytes, id, isStrict);
    }
}
