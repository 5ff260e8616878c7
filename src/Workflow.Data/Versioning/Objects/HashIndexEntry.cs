using System.Buffers.Binary;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Objects;

/// <summary>A file of the hash index: what it looked like when it was hashed, and the hash.</summary>
internal readonly record struct HashIndexEntry(ulong Inode, long Size, long Modified, long Changed, Md5Hash Md5)
{
    /// <summary>The bytes before the name: length of the name, flavour, stamp, hash.</summary>
    internal const int FixedBytes = 2 + 1 + (4 * 8) + 16;

    public HashIndexEntry(in FileStamp stamp, Md5Hash md5)
        : this(stamp.Inode, stamp.Size, stamp.Modified, stamp.Changed, md5)
    {
    }

    public bool IsOf(in FileStamp stamp) =>
        stamp.Kind == FileKind.File && Inode == stamp.Inode && Size == stamp.Size && Modified == stamp.Modified && Changed == stamp.Changed;

    /// <summary>Reads the fixed bytes.</summary>
    public static HashIndexEntry Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[3..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[11..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[19..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[27..]),
        new Md5Hash(BinaryPrimitives.ReadUInt128BigEndian(bytes[35..])));

    /// <summary>Writes the fixed bytes.</summary>
    public void Write(Span<byte> bytes, int nameLength, bool isLegacy)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)nameLength);
        bytes[2] = isLegacy ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[3..], Inode);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[11..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[19..], Modified);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[27..], Changed);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[35..], Md5.Value);
    }
}
