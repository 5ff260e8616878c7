using Workflow.Data.Storage;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// Tells whether the cache holds what an output records, as DVC does: a read-only object is trusted, one that can be written is
/// hashed, and then made read-only, or deleted because it is damaged. Not safe for concurrent use.
/// </summary>
internal sealed class ObjectVerifier(ObjectCache cache)
{
    private readonly Dictionary<(UInt128 Md5, bool IsFolder, bool IsLegacy), bool> _known = [];

    /// <summary>Checks the object of an output and, for a folder, those of its files.</summary>
    /// <param name="output">With an id.</param>
    /// <param name="expected">The list that the folder has in the workspace, which is mostly the recorded one: then that need not be parsed. Null: not known.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    /// <exception cref="DvcException">The list of a folder's files is no such list, or leads out of the folder.</exception>
    public bool HasAll(TrackedOutput output, DirectoryObject? expected, CancellationToken cancellationToken)
    {
        var id = output.Id!;
        var isFolder = id.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal);
        _ = Md5Hash.TryParse(id.AsSpan(0, Md5Hash.HexLength), out var md5);
        if (!isFolder)
        {
            return IsIntact(md5, isFolder: false, output.IsLegacy, cancellationToken);
        }

        if (cache.ReadDirectory(id, output.IsLegacy, expected) is not { } folder)
        {
            return false;
        }

        foreach (var entry in folder.Entries)
        {
            if (!IsIntact(entry.Md5, isFolder: false, output.IsLegacy, cancellationToken))
            {
                return false;
            }
        }

        return IsIntact(md5, isFolder: true, output.IsLegacy, cancellationToken);
    }

    private bool IsIntact(Md5Hash md5, bool isFolder, bool isLegacy, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue((md5.Value, isFolder, isLegacy), out var isIntact))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = cache.PathOf(md5, isLegacy);
            _known[(md5.Value, isFolder, isLegacy)] = isIntact = Check(isFolder ? path + DirectoryObject.Suffix : path, md5, isLegacy, cancellationToken);
        }

        return isIntact;
    }

    private static bool Check(string path, Md5Hash md5, bool isLegacy, CancellationToken cancellationToken)
    {
        var stamp = PosixFiles.Stamp(path);
        if (stamp.Kind != FileKind.File)
        {
            return false;
        }

        if (stamp.Mode == ObjectCache.ObjectMode || OperatingSystem.IsWindows())
        {
            return true;
        }

        try
        {
            var actual = isLegacy ? FileHasher.HashLegacyFile(path, cancellationToken) : FileHasher.HashFile(path, cancellationToken);
            if (actual != md5)
            {
                File.Delete(path);
                return false;
            }

            File.SetUnixFileMode(path, (UnixFileMode)ObjectCache.ObjectMode);
        }
        catch (FileNotFoundException)
        {
            // Another status found it damaged at the same moment.
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // Of another user of a shared cache: it is hashed again the next time.
        }

        return true;
    }
}
