using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Workflow.Data.Versioning.Objects;

/// <summary>The bytes of a hash index: folders, each a block of entries, then the ids of folders.</summary>
internal static class HashIndexFile
{
    public static ReadOnlyMemory<byte> Serialize(ReadOnlySpan<byte> magic, (Dictionary<string, HashIndexFolder> Folders, Dictionary<string, HashedFolder> Ids) content)
    {
        var writer = new ArrayBufferWriter<byte>(1 << 16);
        writer.Write(magic);
        WriteInt64(writer, 0);
        var present = content.Folders.Where(static f => f.Value.Count > 0).ToList();
        WriteInt64(writer, present.Count);
        var block = new ArrayBufferWriter<byte>(1 << 16);
        foreach (var (path, folder) in present)
        {
            block.ResetWrittenCount();
            folder.WriteTo(block);
            WriteName(writer, path);
            WriteInt64(writer, folder.Count);
            WriteInt64(writer, block.WrittenCount);
            writer.Write(block.WrittenSpan);
        }

        WriteInt64(writer, content.Ids.Count);
        Span<byte> md5 = stackalloc byte[16];
        foreach (var (path, id) in content.Ids)
        {
            WriteName(writer, path);
            WriteInt64(writer, id.FileCount);
            BinaryPrimitives.WriteUInt128BigEndian(md5, id.Md5.Value);
            writer.Write(md5);
        }

        var bytes = writer.WrittenMemory.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(magic.Length), XxHash3.HashToUInt64(bytes.AsSpan(magic.Length + sizeof(ulong))));
        return bytes;
    }

    /// <summary>Reads the folders of a body whose checksum holds, and goes past them. Their entries stay where they are.</summary>
    public static List<KeyValuePair<string, HashIndexFolder>> ReadFolders(ref ReadOnlyMemory<byte> body)
    {
        var folders = new List<KeyValuePair<string, HashIndexFolder>>();
        for (var left = ReadInt64(ref body); left > 0; left--)
        {
            var path = ReadName(ref body);
            var count = (int)ReadInt64(ref body);
            var length = (int)ReadInt64(ref body);
            folders.Add(new(path, new HashIndexFolder(body[..length], count)));
            body = body[length..];
        }

        return folders;
    }

    public static List<KeyValuePair<string, HashedFolder>> ReadIds(ReadOnlyMemory<byte> body)
    {
        var ids = new List<KeyValuePair<string, HashedFolder>>();
        for (var left = ReadInt64(ref body); left > 0; left--)
        {
            var path = ReadName(ref body);
            var count = (int)ReadInt64(ref body);
            ids.Add(new(path, new HashedFolder(new Md5Hash(BinaryPrimitives.ReadUInt128BigEndian(body.Span)), count)));
            body = body[16..];
        }

        return ids;
    }

    private static void WriteInt64(ArrayBufferWriter<byte> writer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(writer.GetSpan(sizeof(long)), value);
        writer.Advance(sizeof(long));
    }

    private static void WriteName(ArrayBufferWriter<byte> writer, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        WriteInt64(writer, bytes.Length);
        writer.Write(bytes);
    }

    private static long ReadInt64(ref ReadOnlyMemory<byte> body)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(body.Span);
        body = body[sizeof(long)..];
        return value;
    }

    private static string ReadName(ref ReadOnlyMemory<byte> body)
    {
        var length = (int)ReadInt64(ref body);
        var name = Encoding.UTF8.GetString(body.Span[..length]);
        body = body[length..];
        return name;
    }
}
