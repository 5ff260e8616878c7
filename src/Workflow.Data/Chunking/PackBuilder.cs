using System.Security.Cryptography;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Collects chunks in memory until a pack is full. Not thread-safe.</summary>
internal sealed class PackBuilder : IDisposable
{
    private readonly ChunkKeys _keys;
    private readonly int _maximumBytes;
    private readonly List<PackRow> _rows = [];
    private readonly byte[] _salt;
    private readonly AesGcm? _cipher;
    private byte[] _buffer;
    private int _length;

    /// <summary>Begins a pack in a buffer that is taken over, grows as needed, and is given back with the <see cref="CompletedPack"/>.</summary>
    public PackBuilder(ChunkKeys keys, int maximumBytes, byte[] buffer)
    {
        (_keys, _maximumBytes, _buffer) = (keys, maximumBytes, buffer);

        // Also without encryption: no two packs ever have one name, so a blob that a collection takes away is nobody's who has just written it again.
        _salt = RandomNumberGenerator.GetBytes(ChunkKeys.SaltLength);
        _cipher = keys.IsEncrypted ? keys.OpenCipher(_salt) : null;
        var header = new FieldWriter();
        PackFormat.WriteHeader(header, keys.IsEncrypted);
        header.Written.CopyTo(_buffer);
        _length = PackFormat.HeaderLength;
    }

    /// <summary>Gets the pack that chunks are put in now; its id is known when it is complete.</summary>
    public PackReference Reference { get; } = new() { IsFresh = true };

    public int Count => _rows.Count;

    public bool HasRoomFor(int storedLength) =>
        _rows.Count < PackFormat.MaximumChunks
        && _length + storedLength + ChunkKeys.TagLength + PackFormat.TailLength(_rows.Count + 1, _keys.IsEncrypted) <= _maximumBytes;

    /// <summary>Adds a chunk, or its Zstandard frame, for which there is room.</summary>
    /// <returns>Its number in the pack.</returns>
    public int Add(ContentDigest id, int rawLength, ReadOnlySpan<byte> content, bool isCompressed)
    {
        var storedLength = content.Length + (_cipher is null ? 0 : ChunkKeys.TagLength);
        if (_length + storedLength > _buffer.Length)
        {
            // At once to what the largest pack needs: memory that is not touched costs nothing, and doubling would touch twice as much.
            var larger = GC.AllocateUninitializedArray<byte>(_maximumBytes);
            _buffer.AsSpan(0, _length).CopyTo(larger);
            _buffer = larger;
        }

        var target = _buffer.AsSpan(_length, storedLength);
        if (_cipher is null)
        {
            content.CopyTo(target);
        }
        else
        {
            PackFormat.Seal(_cipher, (uint)_rows.Count, content, target);
        }

        _rows.Add(new PackRow(id, rawLength, storedLength, isCompressed, isCompressed && _cipher is null ? PackFormat.Checksum(target) : 0));
        _length += storedLength;
        return _rows.Count - 1;
    }

    /// <summary>Ends the pack.</summary>
    public CompletedPack Complete()
    {
        var (tail, id) = PackFormat.CreateTail(_rows, _keys, _salt);
        if (_length + tail.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, _length + tail.Length);
        }

        tail.CopyTo(_buffer, _length);
        var length = _length + tail.Length;
        Reference.Id = id;
        return new CompletedPack(new PackRecord(id, length, _rows.Count), _buffer, tail);
    }

    public void Dispose() => _cipher?.Dispose();
}
