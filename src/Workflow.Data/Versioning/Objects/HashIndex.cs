using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// Remembers the hashes of files whose stamp has not changed since, in <c>.dvc/tmp/workflow/hashes</c>, which DVC ignores.
/// Only a memory: a lost or damaged file costs time, never correctness. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// A file that was touched less than two seconds before it was hashed is not remembered: within one tick of the clock it
/// could change again without changing its stamp.
/// </remarks>
internal sealed class HashIndex
{
    private const int FixedBytes = 2 + 1 + (5 * 8) + 16;
    private static readonly TimeSpan RacyWindow = TimeSpan.FromSeconds(2);
    private readonly string _path;
    private readonly Dictionary<(string Path, bool IsLegacy), (FileStamp Stamp, Md5Hash Md5)> _entries = [];
    private bool _isChanged;

    private HashIndex(string path) => _path = path;

    private static ReadOnlySpan<byte> Magic => "WFHASH1\n"u8;

    public static HashIndex Load(string path)
    {
        var index = new HashIndex(path);
        try
        {
            var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
            var head = Magic.Length + sizeof(ulong);
            if (bytes.AsSpan().StartsWith(Magic) && bytes.Length >= head
                && BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(Magic.Length)) == XxHash3.HashToUInt64(bytes.AsSpan(head)))
            {
                index.Parse(bytes.AsSpan(head));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // As if there were none.
        }

        return index;
    }

    public bool TryGet(in WorkspaceFile file, bool isLegacy, out Md5Hash md5)
    {
        if (_entries.TryGetValue((file.Path, isLegacy), out var entry) && entry.Stamp with { Mode = 0, Device = 0 } == file.Stamp with { Mode = 0, Device = 0 })
        {
            md5 = entry.Md5;
            return true;
        }

        md5 = default;
        return false;
    }

    /// <summary>Remembers a hash.</summary>
    /// <param name="file">With the stamp from before it was read.</param>
    /// <param name="isLegacy">Whether it is the hash of DVC 2.x.</param>
    /// <param name="md5">Its hash.</param>
    /// <param name="readAt">When the reading began.</param>
    public void Set(in WorkspaceFile file, bool isLegacy, Md5Hash md5, DateTimeOffset readAt)
    {
        var latest = (readAt - RacyWindow - DateTimeOffset.UnixEpoch).Ticks * 100;
        if (Math.Max(file.Stamp.Modified, file.Stamp.Changed) < latest)
        {
            _entries[(file.Path, isLegacy)] = (file.Stamp, md5);
            _isChanged = true;
        }
    }

    /// <summary>Forgets files below a folder that are no longer there.</summary>
    /// <param name="folder">The folder, or the path of a single file.</param>
    /// <param name="present">The files that are there.</param>
    public void Prune(string folder, IReadOnlySet<string> present)
    {
        foreach (var key in _entries.Keys)
        {
            if (key.Path.StartsWith(folder, StringComparison.Ordinal)
                && (key.Path.Length == folder.Length || key.Path[folder.Length] == '/')
                && !present.Contains(key.Path))
            {
                _entries.Remove(key);
                _isChanged = true;
            }
        }
    }

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!_isChanged)
        {
            return;
        }

        await AtomicFile.WriteAllBytesAsync(_path, Serialize(), cancellationToken).ConfigureAwait(false);
        _isChanged = false;
    }

    /// <summary>Saves when the repository can be written to; a read-only one can be asked, too, and is hashed again the next time.</summary>
    public async Task TrySaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SaveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Only a memory.
        }
    }

    private ReadOnlyMemory<byte> Serialize()
    {
        using var stream = new MemoryStream(Magic.Length + (_entries.Count * 128));
        stream.Write(Magic);
        stream.Write(stackalloc byte[sizeof(ulong)]);
        var buffer = new byte[FixedBytes];
        foreach (var ((path, isLegacy), (stamp, md5)) in _entries)
        {
            var name = Encoding.UTF8.GetBytes(path);
            if (name.Length > ushort.MaxValue)
            {
                continue;
            }

            BinaryPrimitives.WriteUInt16LittleEndian(buffer, (ushort)name.Length);
            buffer[2] = isLegacy ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(3), stamp.Inode);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(11), stamp.Size);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(19), stamp.Modified);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(27), stamp.Changed);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(35), (long)stamp.Kind);
            BinaryPrimitives.WriteUInt128BigEndian(buffer.AsSpan(43), md5.Value);
            stream.Write(buffer);
            stream.Write(name);
        }

        var content = stream.GetBuffer().AsMemory(0, (int)stream.Length);
        var body = content.Span[(Magic.Length + sizeof(ulong))..];
        BinaryPrimitives.WriteUInt64LittleEndian(content.Span[Magic.Length..], XxHash3.HashToUInt64(body));
        return content;
    }

    private void Parse(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= FixedBytes)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            if (bytes.Length < FixedBytes + length)
            {
                return;
            }

            var stamp = new FileStamp(
                (FileKind)BinaryPrimitives.ReadInt64LittleEndian(bytes[35..]),
                Device: 0,
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[3..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[11..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[19..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[27..]),
                Mode: 0);
            var path = Encoding.UTF8.GetString(bytes.Slice(FixedBytes, length));
            _entries[(path, bytes[2] != 0)] = (stamp, new Md5Hash(BinaryPrimitives.ReadUInt128BigEndian(bytes[43..])));
            bytes = bytes[(FixedBytes + length)..];
        }
    }
}
