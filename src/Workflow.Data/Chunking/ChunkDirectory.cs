using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Where every chunk of a store is, about 64 bytes of memory each. One writer at a time; readers then only.</summary>
internal sealed class ChunkDirectory
{
    private readonly Dictionary<ContentDigest, ChunkPlace> _places = [];
    private readonly HashSet<ContentDigest> _packs = [];

    public bool Has(ContentDigest pack) => _packs.Contains(pack);

    public void Add(PackIndex index)
    {
        if (!_packs.Add(index.Pack))
        {
            return;
        }

        var reference = new PackReference { Id = index.Pack };
        for (var i = 0; i < index.Count; i++)
        {
            _places[index[i].Id] = new ChunkPlace(reference, i);
        }
    }

    /// <summary>Forgets everything when a pack has left the store.</summary>
    public void KeepWithin(ChunkCatalog catalog)
    {
        if (!_packs.All(p => catalog.TryFindAnyPack(p, out _)))
        {
            _packs.Clear();
            _places.Clear();
        }
    }

    public bool TryFind(ContentDigest chunk, out ChunkPlace place) => _places.TryGetValue(chunk, out place);
}
