using System.Collections.Concurrent;
using System.Globalization;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Brings objects of any remote into the cache. Every byte that arrives is hashed: an object whose content is not the one of its name is not kept.</summary>
internal sealed class ObjectDownload(RepositoryContext context, ObjectRemote remote, TransferMeter meter, int jobs)
{
    private readonly ConcurrentDictionary<string, bool> _made = new(StringComparer.Ordinal);

    public RepositoryContext Context => context;

    public TransferMeter Meter => meter;

    public int Jobs => jobs;

    /// <summary>Gets what could not be fetched, and why. Objects that the remote does not have are not among them.</summary>
    public ConcurrentDictionary<ObjectId, string> Failures { get; } = new();

    /// <summary>Gets those of the failures whose content in the remote is wrong.</summary>
    public ConcurrentDictionary<ObjectId, bool> Damaged { get; } = new();

    /// <summary>Gets the objects that the remote does not have.</summary>
    public ConcurrentDictionary<ObjectId, bool> Missing { get; } = new();

    /// <summary>Fetches objects, and makes some durable before the next.</summary>
    public async Task FetchAsync(IReadOnlyCollection<ObjectId> ids, ObjectStaging staging, CancellationToken cancellationToken)
    {
        meter.Expect(ids.Count);
        if (ids.Count > 0)
        {
            await remote.FetchAsync(ids, this, staging, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the folder of an object, as DVC does, whether or not the object comes.</summary>
    public void MakeFolder(ObjectId id)
    {
        var folder = Path.GetDirectoryName(context.Cache.PathOf(id.Name, id.IsLegacy))!;
        if (!Directory.Exists(folder))
        {
            context.Cache.CreateFolder(folder);
            _made[folder] = true;
        }
    }

    /// <summary>Takes back the folder that was made for an object which did not come and which nobody promised: DVC does not even try to fetch it.</summary>
    public void DropFolder(ObjectId id)
    {
        var folder = Path.GetDirectoryName(context.Cache.PathOf(id.Name, id.IsLegacy))!;
        if (_made.ContainsKey(folder) && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Reads the list of a folder's files, verified.</summary>
    /// <returns>Null when the remote has none.</returns>
    /// <exception cref="DvcException">It is not what it should be.</exception>
    public async Task<DirectoryObject?> TryReadListAsync(ObjectId id, CancellationToken cancellationToken) =>
        (await ReadListsAsync([id], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(id);

    /// <summary>Reads the lists of folders' files, verified.</summary>
    /// <returns>Those that the remote has.</returns>
    /// <exception cref="DvcException">One is not what it should be.</exception>
    public async Task<IReadOnlyDictionary<ObjectId, DirectoryObject>> ReadListsAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancellationToken)
    {
        var lists = new Dictionary<ObjectId, DirectoryObject>();
        foreach (var (id, bytes) in await remote.ReadAsync(ids, DirectoryObject.MaximumBytes, jobs, cancellationToken).ConfigureAwait(false))
        {
            var actual = FileHasher.Hash(bytes);
            lists[id] = actual != id.Md5
                ? throw new DvcException(WrongContent(id, actual, bytes.Length))
                : DirectoryObject.TryParse(bytes, id.Name) ?? throw new DvcException($"The object {id.Name} in the {remote.Shown} is no list of files. Push the folder again from where it is whole.");
        }

        return lists;
    }

    /// <summary>Notes an object whose content in the remote is wrong.</summary>
    public void NoteDamaged(ObjectId id, string problem)
    {
        Failures[id] = problem;
        Damaged[id] = true;
    }

    /// <summary>Says that an object is not the one of its name.</summary>
    public string WrongContent(ObjectId id, Md5Hash actual, long length) => string.Create(
        CultureInfo.InvariantCulture,
        $"The object {id.Name} in the {remote.Shown} has the wrong content: {length} bytes with the MD5 {actual}. It was not kept. {remote.Remedy(id)}");
}
