using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>New chunks of one content on their way into a pack: about a MiB at a time, so that contents read at the same time do not lie in shreds. Not thread-safe.</summary>
internal sealed class ChunkBatch
{
    public const int FullBytes = 1 << 20;
    private readonly byte[] _bytes = new byte[FullBytes + GearChunking.MaximumLength];
    private readonly List<Item> _items = [];
    private int _length;

    public IReadOnlyList<Item> Items => _items;

    public bool IsFull => _length >= FullBytes;

    /// <summary>Adds a chunk that fills the given entry of its content's places.</summary>
    public void Add(int place, ContentDigest id, ReadOnlySpan<byte> chunk, ChunkCompression compression)
    {
        var target = _bytes.AsSpan(_length);
        if (compression.TryCompress(chunk, target) is not { } stored)
        {
            chunk.CopyTo(target);
            stored = chunk.Length;
        }

        _items.Add(new Item(place, id, chunk.Length, _length, stored));
        _length += stored;
    }

    public ReadOnlySpan<byte> BytesOf(Item item) => _bytes.AsSpan(item.Offset, item.StoredLength);

    public void Clear()
    {
        _items.Clear();
        _length = 0;
    }

    internal readonly record struct Item(int Place, ContentDigest Id, int RawLength, int Offset, int StoredLength);
}
