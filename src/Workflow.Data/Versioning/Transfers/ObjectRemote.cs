using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A place that objects are pushed to and fetched from. How it keeps them is its own affair: transfers speak of objects only. Safe for concurrent use.</summary>
/// <param name="name">Its name in the settings.</param>
/// <param name="jobs">How many requests at once its settings allow; null: not set.</param>
internal abstract class ObjectRemote(string name, int? jobs) : IDisposable
{
    internal const string ObjectPrefix = "files/md5/";

    public string Name { get; } = name;

    public int? Jobs { get; } = jobs;

    /// <summary>Gets the same place as blobs under DVC's names, for what is no object: records of runs. One by one is slow in a chunk store.</summary>
    public abstract IBlobStore Store { get; }

    /// <summary>Gets what it is called in messages.</summary>
    public string Shown => $"remote '{Name}' ({Store.Location})";

    /// <summary>Finds which of many objects are there, with their lengths, and refuses a place that is of another kind than the settings say.</summary>
    public abstract Task<IReadOnlyDictionary<ObjectId, long>> FindAsync(IReadOnlyCollection<ObjectId> wanted, int jobs, CancellationToken cancellationToken);

    /// <summary>Reads objects into memory. Not verified.</summary>
    /// <returns>Those that are there.</returns>
    /// <exception cref="DvcException">One is longer than allowed.</exception>
    public abstract Task<IReadOnlyDictionary<ObjectId, byte[]>> ReadAsync(IReadOnlyCollection<ObjectId> ids, long maximumBytes, int jobs, CancellationToken cancellationToken);

    /// <summary>Says what to do about an object whose content there is wrong.</summary>
    public abstract string Remedy(ObjectId id);

    /// <summary>Brings objects into the cache, verified; what cannot be brought is noted in <paramref name="download"/>, and the others come.</summary>
    public abstract Task FetchAsync(IReadOnlyCollection<ObjectId> ids, ObjectDownload download, ObjectStaging staging, CancellationToken cancellationToken);

    /// <summary>Brings objects of the cache here, verified, and makes them durable; what cannot be brought is noted in <paramref name="upload"/>.</summary>
    public abstract Task PushAsync(IReadOnlyCollection<ObjectId> ids, ObjectUpload upload, CancellationToken cancellationToken);

    /// <summary>Lists all objects, in no particular order, and nothing else that lies beside them.</summary>
    public abstract IAsyncEnumerable<RemoteObject> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes objects, and frees what earlier removals left to be freed: called with none, too. One that is not there is no error.</summary>
    public abstract Task RemoveAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancellationToken);

    public abstract void Dispose();

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
