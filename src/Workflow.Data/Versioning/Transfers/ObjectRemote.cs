using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A place that objects are pushed to and fetched from, in the layout of DVC's remotes. Immutable.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Store">Its bytes.</param>
/// <param name="Jobs">How many requests at once its settings allow; null: not set.</param>
internal sealed record ObjectRemote(string Name, IBlobStore Store, int? Jobs)
{
    internal const string ObjectPrefix = "files/md5/";

    /// <summary>Gets what it is called in messages.</summary>
    public string Shown => $"remote '{Name}' ({Store.Location})";

    /// <summary>Gets the blob of an object: as in the cache, for objects of DVC 2.x, too.</summary>
    public static string BlobOf(ObjectId id)
    {
        var name = id.Name;
        return $"{(id.IsLegacy ? "" : ObjectPrefix)}{name[..2]}/{name[2..]}";
    }

    /// <summary>Reads a blob's name back.</summary>
    /// <returns>Null when it is none of an object.</returns>
    public static ObjectId? ObjectOf(string blob, bool isLegacy)
    {
        var name = isLegacy ? blob : blob.StartsWith(ObjectPrefix, StringComparison.Ordinal) ? blob[ObjectPrefix.Length..] : "";
        return name.Length > 3 && name[2] == '/' && ObjectId.TryParse(string.Concat(name.AsSpan(0, 2), name.AsSpan(3)), isLegacy, out var id) ? id : null;
    }
}
