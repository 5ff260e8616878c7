using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Objects;

/// <summary>Lists everything that lies where objects of a cache lie.</summary>
internal static class CacheListing
{
    /// <summary>Lists the files in folders named by two hexadecimal digits, of DVC 3 and of DVC 2.x.</summary>
    public static IEnumerable<CachedFile> List(ObjectCache cache, CancellationToken cancellationToken)
    {
        foreach (var (folder, isLegacy) in new[] { (Path.Combine(cache.Folder, "files", "md5"), false), (cache.Folder, true) })
        {
            foreach (var shard in Directory.Exists(folder) ? Directory.GetDirectories(folder).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var prefix = Path.GetFileName(shard);
                if (prefix is not [var first, var second] || !char.IsAsciiHexDigitLower(first) || !char.IsAsciiHexDigitLower(second))
                {
                    continue;
                }

                foreach (var path in Directory.EnumerateFiles(shard))
                {
                    yield return new CachedFile(path, ObjectId.TryParse(prefix + Path.GetFileName(path), isLegacy, out var id) ? id : null, isLegacy);
                }
            }
        }
    }

    /// <summary>When a file came into the cache, as far as it can be told.</summary>
    public static DateTimeOffset CameAt(in FileStamp stamp) => DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Modified, stamp.Changed) / 100);
}
