using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// When something was last put into or taken from each of the 256 folders of a cache. What was found there holds while its
/// folder's time stands.
/// </summary>
internal sealed class CacheShards
{
    private const int Count = 256;
    private readonly FileStamp[] _stamps;

    private CacheShards(FileStamp[] stamps) => _stamps = stamps;

    public static CacheShards Read(ObjectCache cache)
    {
        var stamps = new FileStamp[Count];
        var files = Path.Combine(cache.Folder, "files", "md5");
        for (var i = 0; i < Count; i++)
        {
            stamps[i] = PosixFiles.Stamp(Path.Combine(files, i.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        }

        return new CacheShards(stamps);
    }

    /// <summary>Whether the folder of an object is as it was in another reading.</summary>
    public bool IsSame(CacheShards other, Md5Hash md5) => (int)(md5.Value >> 120) is var shard && _stamps[shard] == other._stamps[shard];
}
