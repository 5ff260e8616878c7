using System.Buffers;
using System.Collections.Concurrent;
using Workflow.Data.Chunking;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>
/// Puts contents of a chunk store into the staging of the cache. The store has verified their chunks against the names it gave them; here
/// their MD5 is held against the name that they have in DVC. Safe for concurrent use, of different parts.
/// </summary>
internal sealed class CacheTarget : IChunkTarget, IDisposable
{
    // A content of one run arrives in one go: such a small one is collected in memory, as long as not too many do.
    private const int SmallBytes = 1 << 20;
    private const long MemoryBytes = 64 << 20;
    private readonly ObjectDownload _download;
    private readonly ObjectStaging _staging;
    private readonly IReadOnlyList<ObjectId> _ids;
    private readonly IReadOnlyList<ContentRecord> _contents;
    private readonly string[] _paths;
    private readonly byte[]?[] _buffers;
    private readonly bool[] _isDone;
    private readonly OpenFiles _files;
    private long _memory;

    public CacheTarget(IReadOnlyList<ObjectId> ids, IReadOnlyList<ContentRecord> contents, ObjectDownload download, ObjectStaging staging)
    {
        (_ids, _contents, _download, _staging) = (ids, contents, download, staging);
        _paths = new string[ids.Count];
        _buffers = new byte[]?[ids.Count];
        _isDone = new bool[ids.Count];
        for (var i = 0; i < ids.Count; i++)
        {
            _paths[i] = staging.NewFile();
        }

        _files = new OpenFiles(_paths);
    }

    /// <summary>Gets the contents that the store cannot give, and why.</summary>
    public ConcurrentDictionary<ObjectId, ChunkStoreException> Failed { get; } = new();

    /// <summary>Tells which contents have arrived, or never will.</summary>
    public bool IsDone(int item) => Volatile.Read(ref _isDone[item]);

    public void Write(int item, long offset, ReadOnlySpan<byte> bytes)
    {
        var length = _contents[item].Length;
        _download.Meter.Add(bytes.Length);
        if (bytes.Length == length)
        {
            Finish(item, bytes);
        }
        else if (_buffers[item] is { } buffer || (offset == 0 && (buffer = TryRent(item)) is not null))
        {
            bytes.CopyTo(buffer.AsSpan((int)offset));
        }
        else
        {
            _files.Write(item, offset, bytes);
        }
    }

    public void Complete(int item)
    {
        var length = _contents[item].Length;
        if (length == 0)
        {
            Finish(item, []);
        }
        else if (_buffers[item] is { } buffer)
        {
            Finish(item, buffer.AsSpan(0, (int)length));
            Return(item);
        }
        else if (!IsDone(item))
        {
            FinishFile(item);
        }

        Volatile.Write(ref _isDone[item], true);
    }

    public bool TryFail(int item, ChunkStoreException problem)
    {
        Failed[_ids[item]] = problem;
        Volatile.Write(ref _isDone[item], true);
        return true;
    }

    public void Dispose()
    {
        for (var i = 0; i < _buffers.Length; i++)
        {
            Return(i);
        }

        _files.Dispose();
    }

    private byte[]? TryRent(int item)
    {
        if (_contents[item] is not { Runs.Length: 1, Length: <= SmallBytes } content)
        {
            return null;
        }

        if (Interlocked.Add(ref _memory, content.Length) > MemoryBytes)
        {
            Interlocked.Add(ref _memory, -content.Length);
            return null;
        }

        return _buffers[item] = ArrayPool<byte>.Shared.Rent((int)content.Length);
    }

    private void Return(int item)
    {
        if (_buffers[item] is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Interlocked.Add(ref _memory, -_contents[item].Length);
            _buffers[item] = null;
        }
    }

    private void Finish(int item, ReadOnlySpan<byte> content)
    {
        var id = _ids[item];
        var actual = FileHasher.Hash(content);
        if (actual == id.Md5 || (id.IsLegacy && content.Length <= SmallBytes && FileHasher.HashLegacy(content) == id.Md5))
        {
            _staging.Write(id.Name, content, id.IsLegacy);
            _download.Meter.Finish();
        }
        else
        {
            _download.NoteDamaged(id, _download.WrongContent(id, actual, content.Length));
        }

        Volatile.Write(ref _isDone[item], true);
    }

    private void FinishFile(int item)
    {
        var id = _ids[item];
        var actual = FileHasher.HashFile(_paths[item], CancellationToken.None);
        if (actual == id.Md5 || (id.IsLegacy && FileHasher.HashLegacyFile(_paths[item], CancellationToken.None) == id.Md5))
        {
            _staging.TryAdd(id.Name, _paths[item], _contents[item].Length, id.IsLegacy);
            _download.Meter.Finish();
        }
        else
        {
            _download.NoteDamaged(id, _download.WrongContent(id, actual, _contents[item].Length));
        }
    }
}
