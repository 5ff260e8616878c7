using System.Diagnostics.CodeAnalysis;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>The whole state of a store as of one manifest: a full one and what has changed since. Immutable; safe for concurrent use.</summary>
internal sealed class ChunkCatalog
{
    public required ManifestHeader Header { get; init; }

    public required ManifestBody Base { get; init; }

    /// <summary>Gets what has changed since; null when <see cref="Base"/> is the state.</summary>
    public required ManifestBody? Changes { get; init; }

    public required ChunkKeys Keys { get; init; }

    /// <summary>Gets the lengths of the two blobs, which decide when a full manifest is written again.</summary>
    public required long BaseLength { get; init; }

    public required long ChangesLength { get; init; }

    public long Generation => Header.Generation;

    /// <summary>Gets the condemned packs: each manifest lists them all.</summary>
    public IReadOnlyDictionary<ContentDigest, CondemnedPack> Condemned => (Changes ?? Base).Condemned;

    public IEnumerable<KeyValuePair<string, ContentRecord>> Contents => Changes is null
        ? Base.Contents
        : Base.Contents.Where(c => !Changes.Contents.ContainsKey(c.Key) && !Changes.RemovedNames.Contains(c.Key)).Concat(Changes.Contents);

    public IEnumerable<PackRecord> Packs => Changes is null
        ? Base.Packs.Values
        : Base.Packs.Values.Where(p => !Changes.Packs.ContainsKey(p.Id) && !Changes.RemovedPacks.Contains(p.Id)).Concat(Changes.Packs.Values);

    public bool TryFind(string name, [NotNullWhen(true)] out ContentRecord? content) => Changes is null
        ? Base.Contents.TryGetValue(name, out content)
        : Changes.Contents.TryGetValue(name, out content) || (!Changes.RemovedNames.Contains(name) && Base.Contents.TryGetValue(name, out content));

    public bool TryFindPack(ContentDigest id, [NotNullWhen(true)] out PackRecord? pack) => Changes is null
        ? Base.Packs.TryGetValue(id, out pack)
        : Changes.Packs.TryGetValue(id, out pack) || (!Changes.RemovedPacks.Contains(id) && Base.Packs.TryGetValue(id, out pack));

    /// <summary>Finds a pack that is in use, or could be again.</summary>
    public bool TryFindAnyPack(ContentDigest id, [NotNullWhen(true)] out PackRecord? pack)
    {
        if (TryFindPack(id, out pack))
        {
            return true;
        }

        pack = Condemned.TryGetValue(id, out var condemned) ? condemned.Record : null;
        return pack is not null;
    }

    /// <summary>The state as one body.</summary>
    public ManifestBody Merge()
    {
        if (Changes is null)
        {
            return Base;
        }

        var merged = new ManifestBody();
        foreach (var pack in Packs)
        {
            merged.Packs.Add(pack.Id, pack);
        }

        foreach (var (id, pack) in Condemned)
        {
            merged.Condemned.Add(id, pack);
        }

        foreach (var (name, content) in Contents)
        {
            merged.Contents.Add(name, content);
        }

        return merged;
    }
}
