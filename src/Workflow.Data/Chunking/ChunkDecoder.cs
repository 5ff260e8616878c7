using System.Security.Cryptography;

namespace Workflow.Data.Chunking;

/// <summary>Turns stored bytes of one pack into verified chunks. Not thread-safe.</summary>
internal sealed class ChunkDecoder : IDisposable
{
    private readonly PackIndex _index;
    private readonly ChunkKeys _keys;
    private readonly ChunkCompression _compression;
    private readonly AesGcm? _cipher;
    private readonly byte[] _opened = new byte[GearChunking.MaximumLength];
    private readonly byte[] _raw = new byte[GearChunking.MaximumLength];

    public ChunkDecoder(PackIndex index, ChunkKeys keys, ChunkCompression compression)
    {
        (_index, _keys, _compression) = (index, keys, compression);
        _cipher = keys.IsEncrypted ? keys.OpenCipher(index.Salt) : null;
    }

    /// <summary>Decodes and verifies a chunk.</summary>
    /// <param name="chunk">Its number in the pack.</param>
    /// <param name="stored">Exactly its stored bytes.</param>
    /// <returns>The chunk, valid until the next call; may be <paramref name="stored"/> itself.</returns>
    /// <exception cref="ChunkStoreException">The bytes are not the chunk; names the pack.</exception>
    public ReadOnlyMemory<byte> Decode(int chunk, ReadOnlyMemory<byte> stored)
    {
        var row = _index[chunk];
        try
        {
            var opened = stored;
            if (_cipher is not null)
            {
                var length = row.StoredLength - ChunkKeys.TagLength;
                PackFormat.Open(_cipher, (uint)chunk, stored.Span, _opened.AsSpan(0, length));
                opened = _opened.AsMemory(0, length);
            }
            else if (row.IsCompressed && PackFormat.Checksum(stored.Span) != row.Checksum)
            {
                throw new InvalidDataException("its checksum differs");
            }

            if (row.IsCompressed)
            {
                _compression.Decompress(opened.Span, _raw.AsSpan(0, row.RawLength));
                opened = _raw.AsMemory(0, row.RawLength);
            }

            var actual = _keys.Identify(opened.Span);
            return actual == row.Id ? opened : throw new InvalidDataException($"its digest is {actual.Hex}, expected {row.Id.Hex}");
        }
        catch (InvalidDataException e)
        {
            throw ChunkStoreException.Corrupt(
                PackRecord.NameOf(_index.Pack),
                $"of its chunk {chunk} (bytes {_index.OffsetOf(chunk)} to {_index.OffsetOf(chunk + 1)}) {e.Message}",
                e);
        }
    }

    public void Dispose() => _cipher?.Dispose();
}
