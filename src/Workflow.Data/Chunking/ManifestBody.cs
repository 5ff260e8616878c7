using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>What one manifest holds: everything, or everything that has changed since a full one. Not changed once it is published.</summary>
internal sealed class ManifestBody
{
    public Dictionary<ContentDigest, PackRecord> Packs { get; } = [];

    public HashSet<ContentDigest> RemovedPacks { get; } = [];

    public Dictionary<ContentDigest, CondemnedPack> Condemned { get; } = [];

    public Dictionary<string, ContentRecord> Contents { get; } = new(StringComparer.Ordinal);

    public HashSet<string> RemovedNames { get; } = new(StringComparer.Ordinal);

    public ManifestBody Clone()
    {
        var clone = new ManifestBody();
        foreach (var (id, pack) in Packs)
        {
            clone.Packs.Add(id, pack);
        }

        foreach (var (id, pack) in Condemned)
        {
            clone.Condemned.Add(id, pack);
        }

        foreach (var (name, content) in Contents)
        {
            clone.Contents.Add(name, content);
        }

        clone.RemovedPacks.UnionWith(RemovedPacks);
        clone.RemovedNames.UnionWith(RemovedNames);
        return clone;
    }

    public byte[] Encode()
    {
        var writer = new FieldWriter();
        WritePacks(writer);
        var used = Contents.Values.SelectMany(static c => c.Runs).Select(static r => r.Pack).Distinct().ToArray();
        var numbers = new Dictionary<ContentDigest, int>(used.Length);
        writer.Number(used.Length);
        foreach (var pack in used)
        {
            numbers.Add(pack, numbers.Count);
            writer.Digest(pack);
        }

        writer.Number(Contents.Count);
        foreach (var (name, content) in Contents.OrderBy(static c => c.Key, StringComparer.Ordinal))
        {
            writer.Text(name);
            writer.Digest(content.Id);
            writer.Number(content.Length);
            writer.Number(content.Modified);
            writer.Number(content.Runs.Length);
            foreach (var run in content.Runs)
            {
                writer.Number(numbers[run.Pack]);
                writer.Number(run.First);
                writer.Number(run.Count);
            }
        }

        writer.Number(RemovedNames.Count);
        foreach (var name in RemovedNames.Order(StringComparer.Ordinal))
        {
            writer.Text(name);
        }

        return writer.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no body.</exception>
    public static ManifestBody Decode(ReadOnlySpan<byte> bytes)
    {
        var body = new ManifestBody();
        var reader = new FieldReader(bytes);
        body.ReadPacks(ref reader);
        var used = new ContentDigest[reader.Count(32)];
        for (var i = 0; i < used.Length; i++)
        {
            used[i] = reader.Digest();
        }

        for (var count = reader.Count(36); count > 0; count--)
        {
            var name = ReadName(ref reader);
            if (!body.Contents.TryAdd(name, ReadContent(ref reader, used)))
            {
                throw new InvalidDataException($"it lists '{name}' twice");
            }
        }

        for (var count = reader.Count(2); count > 0; count--)
        {
            body.RemovedNames.Add(ReadName(ref reader));
        }

        reader.End();
        return body;
    }

    private void WritePacks(FieldWriter writer)
    {
        writer.Number(Packs.Count);
        foreach (var pack in Packs.Values)
        {
            Write(writer, pack);
        }

        writer.Number(RemovedPacks.Count);
        foreach (var id in RemovedPacks)
        {
            writer.Digest(id);
        }

        writer.Number(Condemned.Count);
        foreach (var pack in Condemned.Values)
        {
            Write(writer, pack.Record);
            writer.Number(pack.Since);
        }
    }

    private void ReadPacks(ref FieldReader reader)
    {
        for (var count = reader.Count(34); count > 0; count--)
        {
            var pack = ReadPack(ref reader);
            if (!Packs.TryAdd(pack.Id, pack))
            {
                throw new InvalidDataException($"it lists the pack {pack.Id.Hex} twice");
            }
        }

        for (var count = reader.Count(32); count > 0; count--)
        {
            RemovedPacks.Add(reader.Digest());
        }

        for (var count = reader.Count(35); count > 0; count--)
        {
            var pack = ReadPack(ref reader);
            Condemned[pack.Id] = new CondemnedPack(pack, reader.Number());
        }
    }

    private static void Write(FieldWriter writer, PackRecord pack)
    {
        writer.Digest(pack.Id);
        writer.Number(pack.Length);
        writer.Number(pack.Count);
    }

    private static PackRecord ReadPack(ref FieldReader reader)
    {
        var id = reader.Digest();
        var length = reader.Number(PackFormat.MaximumBytes);
        var count = reader.Number(PackFormat.MaximumChunks);
        return count > 0 && PackFormat.HeaderLength + count + PackFormat.TailLength(count, isEncrypted: false) <= length
            ? new PackRecord(id, length, count)
            : throw new InvalidDataException($"it lists the pack {id.Hex} with {count} chunks in {length} bytes");
    }

    private static string ReadName(ref FieldReader reader)
    {
        var name = reader.Text(BlobName.MaximumBytes);
        return BlobName.IsValid(name) ? name : throw new InvalidDataException($"it lists the name '{name}', which leads out of a folder or has control characters");
    }

    private static ContentRecord ReadContent(ref FieldReader reader, ContentDigest[] packs)
    {
        var id = reader.Digest();
        var length = reader.Number();
        var modified = reader.Number();
        if (modified > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() * 1000)
        {
            throw new InvalidDataException($"it gives a content the time {modified} µs");
        }

        var runs = new ChunkRun[reader.Count(3)];
        for (var i = 0; i < runs.Length; i++)
        {
            var pack = reader.Number(packs.Length - 1);
            runs[i] = new ChunkRun(packs[pack], reader.Number(PackFormat.MaximumChunks), reader.Number(PackFormat.MaximumChunks));
            if (runs[i].Count == 0)
            {
                throw new InvalidDataException("it lists a run of no chunks");
            }
        }

        return (runs.Length == 0) == (length == 0)
            ? new ContentRecord(id, length, modified, runs)
            : throw new InvalidDataException($"it lists a content of {length} bytes with {runs.Length} runs");
    }
}
