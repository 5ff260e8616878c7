using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>New chunks of one content on their way into a pack: about a MiB at a time, so that contents read at the same time do not lie in shreds. Not thread-safe.</summary>
/// <param name="capacity">The bytes that come between two calls of <see cref="Clear"/> at most.</param>
internal sealed class ChunkBatch(int capacity)
{
    private readonly List<Item> _items = [];
    private byte[] _compressed = [];
    private int _length;

    public IReadOnlyList<Item> Items => _items;

    /// <summary>Adds a chunk that fills the given entry of its content's places.</summary>
    /// <param name="place">The entry.</param>
    /// <param name="id">The chunk's id.</param>
    /// <param name="chunk">Stays as it is until <see cref="Clear"/>: it is copied only where it is compressed.</param>
    /// <param name="compression">Compresses, or not.</param>
    public void Add(int place, ContentDigest id, ReadOnlyMemory<byte> chunk, ChunkCompression compression)
    {
        var stored = chunk;
        if (compression.IsOn)
        {
            _compressed = _compressed.Length == 0 ? new byte[capacity] : _compressed;
            if (compression.TryCompress(chunk.Span, _compressed.AsSpan(_length)) is { } length)
            {
                stored = _compressed.AsMemory(_length, length);
                _length += length;
            }
        }

        _items.Add(new Item(place, id, chunk.Length, stored));
    }

    public void Clear()
    {
        _items.Clear();
        _length = 0;
    }

    internal readonly record struct Item(int Place, ContentDigest Id, int RawLength, ReadOnlyMemory<byte> Stored);
}
