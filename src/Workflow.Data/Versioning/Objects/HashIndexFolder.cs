using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// The entries of one folder: a block as it was read, in the order in which the folder was walked, and what was changed since.
/// An unchanged folder is compared entry by entry without a lookup and without a string. Not safe for concurrent use.
/// </summary>
internal sealed class HashIndexFolder(ReadOnlyMemory<byte> block, int count)
{
    private const int StepsBeforeLookup = 8;

    // Null: removed.
    private readonly Dictionary<(string Name, bool IsLegacy), HashIndexEntry?> _changed = [];
    private Dictionary<ulong, int>? _lookup;
    private int _next;

    public int Count { get; private set; } = count;

    public bool IsChanged => _changed.Count > 0;

    /// <summary>Whether a file has a hash of the current kind and looks as it did then; the fastest when asked in the order of the last walk.</summary>
    public bool Matches(ReadOnlySpan<byte> name, in FileStamp stamp) =>
        _changed.Count == 0 && Find(name, isLegacy: false) is >= 0 and var at && HashIndexEntry.Read(block.Span[at..]).IsOf(stamp);

    public bool TryGet(ReadOnlySpan<char> name, bool isLegacy, in FileStamp stamp, out Md5Hash md5)
    {
        var entry = Find(name, isLegacy);
        md5 = entry?.Md5 ?? default;
        return entry is { } found && found.IsOf(stamp);
    }

    public void Set(string name, bool isLegacy, HashIndexEntry entry)
    {
        Count += Find(name, isLegacy) is null ? 1 : 0;
        _changed[(name, isLegacy)] = entry;
    }

    public bool Remove(string name, bool isLegacy)
    {
        if (Find(name, isLegacy) is null)
        {
            return false;
        }

        _changed[(name, isLegacy)] = null;
        Count--;
        return true;
    }

    public List<(string Name, bool IsLegacy)> Names()
    {
        var names = new List<(string, bool)>(Count);
        var bytes = block.Span;
        for (var at = 0; at < bytes.Length; at = After(at))
        {
            var key = (Encoding.UTF8.GetString(NameAt(at)), bytes[at + 2] != 0);
            if (!_changed.ContainsKey(key))
            {
                names.Add(key);
            }
        }

        names.AddRange(_changed.Where(static c => c.Value is not null).Select(static c => c.Key));
        return names;
    }

    /// <summary>Writes the entries that are left.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        if (_changed.Count == 0)
        {
            writer.Write(block.Span);
            return;
        }

        for (var at = 0; at < block.Length; at = After(at))
        {
            if (!_changed.ContainsKey((Encoding.UTF8.GetString(NameAt(at)), block.Span[at + 2] != 0)))
            {
                writer.Write(block.Span[at..After(at)]);
            }
        }

        foreach (var ((name, isLegacy), entry) in _changed)
        {
            if (entry is { } present)
            {
                var length = Encoding.UTF8.GetByteCount(name);
                var span = writer.GetSpan(HashIndexEntry.FixedBytes + length);
                present.Write(span, length, isLegacy);
                Encoding.UTF8.GetBytes(name, span[HashIndexEntry.FixedBytes..]);
                writer.Advance(HashIndexEntry.FixedBytes + length);
            }
        }
    }

    private HashIndexEntry? Find(ReadOnlySpan<char> name, bool isLegacy)
    {
        if (_changed.Count > 0 && _changed.TryGetValue((name.ToString(), isLegacy), out var changed))
        {
            return changed;
        }

        Span<byte> buffer = stackalloc byte[256];
        var needed = Encoding.UTF8.GetMaxByteCount(name.Length);
        var bytes = needed <= buffer.Length ? buffer : new byte[needed];
        var at = Find(bytes[..Encoding.UTF8.GetBytes(name, bytes)], isLegacy);
        return at < 0 ? null : HashIndexEntry.Read(block.Span[at..]);
    }

    private int Find(ReadOnlySpan<byte> name, bool isLegacy)
    {
        var bytes = block.Span;
        var at = _next;
        for (var step = 0; step < StepsBeforeLookup && at < bytes.Length; step++)
        {
            if (bytes[at + 2] != 0 == isLegacy && NameAt(at).SequenceEqual(name))
            {
                _next = After(at);
                return at;
            }

            at = After(at);
        }

        _lookup ??= MakeLookup();
        if (!_lookup.TryGetValue(Key(name, isLegacy), out at) || !NameAt(at).SequenceEqual(name))
        {
            return -1;
        }

        _next = After(at);
        return at;
    }

    private Dictionary<ulong, int> MakeLookup()
    {
        var lookup = new Dictionary<ulong, int>(Count);
        for (var at = 0; at < block.Length; at = After(at))
        {
            lookup[Key(NameAt(at), block.Span[at + 2] != 0)] = at;
        }

        return lookup;
    }

    private static ulong Key(ReadOnlySpan<byte> name, bool isLegacy) => XxHash3.HashToUInt64(name, isLegacy ? 1 : 0);

    private ReadOnlySpan<byte> NameAt(int at) => block.Span.Slice(at + HashIndexEntry.FixedBytes, BinaryPrimitives.ReadUInt16LittleEndian(block.Span[at..]));

    private int After(int at) => at + HashIndexEntry.FixedBytes + BinaryPrimitives.ReadUInt16LittleEndian(block.Span[at..]);
}
