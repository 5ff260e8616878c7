using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>What a commit wants to change. Applied again to the newer state when another writer was faster.</summary>
internal sealed class CatalogChange
{
    public List<PackRecord> AddedPacks { get; } = [];

    public List<KeyValuePair<string, ContentRecord>> AddedContents { get; } = [];

    public List<string> RemovedNames { get; } = [];

    /// <summary>Gets packs that leave the tables without a trace: their blobs are about to be deleted.</summary>
    public List<ContentDigest> RemovedPacks { get; } = [];

    public List<CondemnedPack> Condemned { get; } = [];

    /// <summary>Makes the body of the changes since the base.</summary>
    /// <exception cref="StaleChangeException">A content refers to a pack that has left the store meanwhile.</exception>
    public ManifestBody ApplyTo(ChunkCatalog catalog)
    {
        var body = catalog.Changes?.Clone() ?? CloneCondemned(catalog.Base);
        foreach (var pack in AddedPacks)
        {
            Add(body, pack);
        }

        foreach (var name in RemovedNames)
        {
            body.Contents.Remove(name);
            body.RemovedNames.Add(name);
        }

        foreach (var id in RemovedPacks)
        {
            body.Packs.Remove(id);
            body.Condemned.Remove(id);
            body.RemovedPacks.Add(id);
        }

        foreach (var pack in Condemned)
        {
            body.Packs.Remove(pack.Record.Id);
            body.RemovedPacks.Add(pack.Record.Id);
            body.Condemned[pack.Record.Id] = pack;
        }

        foreach (var (name, content) in AddedContents)
        {
            foreach (var id in content.Runs.Select(static r => r.Pack).Distinct())
            {
                if (body.Condemned.TryGetValue(id, out var condemned))
                {
                    Add(body, condemned.Record);
                }
                else if (!body.Packs.ContainsKey(id) && (body.RemovedPacks.Contains(id) || !catalog.Base.Packs.ContainsKey(id)))
                {
                    throw new StaleChangeException();
                }
            }

            body.RemovedNames.Remove(name);
            body.Contents[name] = content;
        }

        return body;
    }

    private static void Add(ManifestBody body, PackRecord pack)
    {
        body.RemovedPacks.Remove(pack.Id);
        body.Condemned.Remove(pack.Id);
        body.Packs[pack.Id] = pack;
    }

    private static ManifestBody CloneCondemned(ManifestBody full)
    {
        var body = new ManifestBody();
        foreach (var (id, pack) in full.Condemned)
        {
            body.Condemned.Add(id, pack);
        }

        return body;
    }
}
