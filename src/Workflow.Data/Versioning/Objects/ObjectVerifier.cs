using Workflow.Data.Storage;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// Tells whether the cache holds what an output records, as DVC does: a read-only object is trusted, one that can be written is
/// hashed, and then made read-only, or deleted because it is damaged. Not safe for concurrent use.
/// </summary>
internal sealed class ObjectVerifier(ObjectCache cache)
{
    private readonly Dictionary<(string Id, bool IsLegacy), bool> _known = [];

    /// <summary>Checks the object of an output and, for a folder, those of its files.</summary>
    /// <exception cref="DvcException">The list of a folder's files is no such list, or leads out of the folder.</exception>
    public bool HasAll(TrackedOutput output, CancellationToken cancellationToken)
    {
        var id = output.Id!;
        if (!id.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal))
        {
            return IsIntact(id, output.IsLegacy, cancellationToken);
        }

        if (cache.ReadDirectory(id, output.IsLegacy) is not { } folder)
        {
            return false;
        }

        Span<char> digits = stackalloc char[Md5Hash.HexLength];
        foreach (var entry in folder.Entries)
        {
            entry.Md5.Value.TryFormat(digits, out _, "x32", System.Globalization.CultureInfo.InvariantCulture);
            if (!IsIntact(digits.ToString(), output.IsLegacy, cancellationToken))
            {
                return false;
            }
        }

        return IsIntact(id, output.IsLegacy, cancellationToken);
    }

    private bool IsIntact(string id, bool isLegacy, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue((id, isLegacy), out var isIntact))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _known[(id, isLegacy)] = isIntact = Check(cache.PathOf(id, isLegacy), id, isLegacy, cancellationToken);
        }

        return isIntact;
    }

    private static bool Check(string path, string id, bool isLegacy, CancellationToken cancellationToken)
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

        var md5 = isLegacy ? FileHasher.HashLegacyFile(path, cancellationToken) : FileHasher.HashFile(path, cancellationToken);
        if (!id.AsSpan(0, Math.Min(id.Length, Md5Hash.HexLength)).SequenceEqual(md5.ToString()))
        {
            File.Delete(path);
            return false;
        }

        try
        {
            File.SetUnixFileMode(path, (UnixFileMode)ObjectCache.ObjectMode);
        }
        catch (UnauthorizedAccessException)
        {
            // Of another user of a shared cache: it is hashed again the next time.
        }

        return true;
    }
}
