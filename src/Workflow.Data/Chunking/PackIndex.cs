using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Which chunks a pack holds, and where. Immutable.</summary>
internal sealed class PackIndex
{
    private readonly PackRow[] _rows;
    private readonly long[] _offsets;

    private PackIndex(PackRecord record, PackRow[] rows, byte[] salt)
    {
        (Record, _rows, Salt) = (record, rows, salt);
        _offsets = new long[rows.Length + 1];
        _offsets[0] = PackFormat.HeaderLength;
        for (var i = 0; i < rows.Length; i++)
        {
            _offsets[i + 1] = _offsets[i] + rows[i].StoredLength;
        }
    }

    public PackRecord Record { get; }

    public ContentDigest Pack => Record.Id;

    public byte[] Salt { get; }

    public int Count => _rows.Length;

    public PackRow this[int chunk] => _rows[chunk];

    /// <summary>Where a chunk begins in the pack; for <see cref="Count"/>, where the chunks end.</summary>
    public long OffsetOf(int chunk) => _offsets[chunk];

    /// <summary>Reads a tail (see <see cref="PackFormat"/>) and holds it against what the manifest says of its pack.</summary>
    /// <exception cref="InvalidDataException">It is not the tail of that pack.</exception>
    public static PackIndex Read(PackRecord record, ReadOnlySpan<byte> tail, ChunkKeys keys)
    {
        PackFormat.CheckName(record, tail, keys.IsEncrypted);
        var indexLength = PackFormat.IndexLength(record.Count, keys.IsEncrypted);
        var salt = tail.Slice(indexLength, ChunkKeys.SaltLength).ToArray();
        var plain = new byte[record.Count * PackRow.Length];
        if (keys.IsEncrypted)
        {
            PackFormat.Open(keys, salt, PackFormat.IndexNonce, tail[..indexLength], plain);
        }
        else
        {
            tail[..indexLength].CopyTo(plain);
        }

        var rows = new PackRow[record.Count];
        var reader = new FieldReader(plain);
        long data = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = PackRow.Read(ref reader, keys.IsEncrypted);
            data += rows[i].StoredLength;
        }

        return data == record.Length - PackFormat.HeaderLength - tail.Length
            ? new PackIndex(record, rows, salt)
            : throw new InvalidDataException($"its chunks have {data} bytes, the pack has room for {record.Length - PackFormat.HeaderLength - tail.Length}");
    }
}
