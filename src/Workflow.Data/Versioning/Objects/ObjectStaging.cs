using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// Objects on their way into the cache: written beside it, made durable together, then renamed into place. A process killed
/// before the rename leaves only a folder that the next one deletes. <see cref="NewFile"/> and <see cref="TryAdd"/> are safe for
/// concurrent use.
/// </summary>
internal sealed class ObjectStaging : IDisposable
{
    private const string FolderPrefix = "staging-";

    // Above this many files one flush of the file system is cheaper than one flush per file.
    private const int FlushTogetherFrom = 32;
    private readonly ObjectCache _cache;
    private readonly string _folder;
    private readonly ConcurrentDictionary<(string Id, bool IsLegacy), (string Path, long Size)> _objects = new();
    private long _lastName;

    /// <param name="cache">Where the objects go.</param>
    /// <param name="temporaryFolder">A folder for unfinished files; another one is taken when it is on another file system than the cache.</param>
    public ObjectStaging(ObjectCache cache, string temporaryFolder)
    {
        _cache = cache;
        Directory.CreateDirectory(temporaryFolder);
        cache.CreateFolder(cache.Folder);
        var isOneFileSystem = PosixFiles.Stamp(temporaryFolder).Device == PosixFiles.Stamp(cache.Folder).Device;
        var parent = isOneFileSystem ? temporaryFolder : Path.Combine(cache.Folder, ".workflow");
        Directory.CreateDirectory(parent);
        foreach (var left in Directory.EnumerateDirectories(parent, FolderPrefix + "*"))
        {
            Directory.Delete(left, recursive: true);
        }

        _folder = Path.Combine(parent, $"{FolderPrefix}{Guid.NewGuid():n}");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Gets a folder on the cache's file system for what is kept until another process goes on with it.</summary>
    public string LastingFolder => Path.Combine(Path.GetDirectoryName(_folder)!, "partial");

    public long NewObjects { get; private set; }

    public long NewBytes { get; private set; }

    public string NewFile() => Path.Combine(_folder, Interlocked.Increment(ref _lastName).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Claims an id.</summary>
    /// <returns>False when another file of the same content has it already: then nothing need be written.</returns>
    public bool TryAdd(string id, string path, long size, bool isLegacy = false) => _objects.TryAdd((id, isLegacy), (path, size));

    /// <summary>Writes an object that is in memory.</summary>
    public void Write(string id, ReadOnlySpan<byte> content, bool isLegacy = false)
    {
        var path = NewFile();
        if (TryAdd(id, path, content.Length, isLegacy))
        {
            PosixFiles.WriteNewFile(path, content, ObjectCache.ObjectMode);
        }
    }

    public static SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);

    /// <summary>Moves what was added so far into the cache. When it returns, the objects survive a power cut.</summary>
    public void Commit(CancellationToken cancellationToken)
    {
        if (_objects.IsEmpty)
        {
            return;
        }

        Flush(_objects.Values.Select(static o => o.Path).ToList());
        var shards = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ((id, isLegacy), (path, size)) in _objects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!OperatingSystem.IsWindows() && PosixFiles.Stamp(path).Mode != ObjectCache.ObjectMode)
            {
                File.SetUnixFileMode(path, (UnixFileMode)ObjectCache.ObjectMode);
            }

            var target = _cache.PathOf(id, isLegacy);
            var shard = Path.GetDirectoryName(target)!;
            if (shards.Add(shard))
            {
                _cache.CreateFolder(shard);
            }

            File.Move(path, target, overwrite: true);
            NewObjects++;
            NewBytes += size;
        }

        _objects.Clear();
        if (!TryFlushTogether(shards.Count, Path.Combine(_folder, "flush")))
        {
            foreach (var shard in shards.Append(Path.GetDirectoryName(shards.First())!))
            {
                PosixFiles.SynchronizeFolder(shard);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool TryFlushTogether(int count, string path)
    {
        if (count < FlushTogetherFrom)
        {
            return false;
        }

        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        return PosixFiles.TrySynchronizeFileSystem(handle);
    }

    private void Flush(List<string> paths)
    {
        if (TryFlushTogether(paths.Count, Path.Combine(_folder, "flush")))
        {
            return;
        }

        foreach (var path in paths)
        {
            using var handle = File.OpenHandle(path, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read);
            RandomAccess.FlushToDisk(handle);
        }
    }
}
