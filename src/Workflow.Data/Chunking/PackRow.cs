using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>One chunk of a pack.</summary>
/// <param name="Id">SHA-256 of the chunk, or its HMAC in an encrypted store.</param>
/// <param name="RawLength">In bytes; 1 to <see cref="GearChunking.MaximumLength"/>.</param>
/// <param name="StoredLength">In the pack, with its tag when it is sealed.</param>
/// <param name="IsCompressed">Whether the stored bytes are a Zstandard frame.</param>
/// <param name="Checksum">CRC-32 of a compressed chunk's stored bytes: a Zstandard frame has bits that change nothing. 0 otherwise: id or tag cover every bit.</param>
internal readonly record struct PackRow(ContentDigest Id, int RawLength, int StoredLength, bool IsCompressed, uint Checksum)
{
    public const int Length = 44;
    private const uint CompressedFlag = 1u << 31;

    public void Write(FieldWriter writer)
    {
        writer.Digest(Id);
        writer.UInt32((uint)RawLength);
        writer.UInt32((uint)StoredLength | (IsCompressed ? CompressedFlag : 0));
        writer.UInt32(Checksum);
    }

    public static PackRow Read(ref FieldReader reader, bool isEncrypted)
    {
        var id = reader.Digest();
        var raw = reader.UInt32();
        var stored = reader.UInt32();
        var row = new PackRow(id, (int)raw, (int)(stored & ~CompressedFlag), (stored & CompressedFlag) != 0, reader.UInt32());
        var plain = row.StoredLength - (isEncrypted ? ChunkKeys.TagLength : 0);
        if (raw is 0 or > GearChunking.MaximumLength || plain <= 0 || (row.IsCompressed ? plain >= raw : plain != raw))
        {
            throw new InvalidDataException($"its index lists a chunk of {raw} bytes that are stored as {row.StoredLength}");
        }

        return row;
    }
}
