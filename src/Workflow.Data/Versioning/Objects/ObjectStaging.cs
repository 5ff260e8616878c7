using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Locking;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// Objects on their way into the cache: written beside it, made durable together, then renamed into place. A process killed
/// before the rename leaves only a folder that the next one deletes. What makes and claims new files
/// is safe for concurrent use.
/// </summary>
internal sealed class ObjectStaging : IDisposable
{
    internal const string FolderPrefix = "staging-";
    internal const string FolderInCache = ".workflow";
    private const string AliveName = "alive";

    // Above this many files one flush of the file system is cheaper than one flush per file.
    private const int FlushTogetherFrom = 32;
    private readonly ObjectCache _cache;
    private readonly string _folder;
    private readonly SafeFileHandle _alive;
    private readonly ConcurrentDictionary<(string Id, bool IsLegacy), StagedObject> _objects = new();
    private readonly ConcurrentQueue<string> _unflushed = new();
    private long _lastName;
    private int _isModeKept = -1;

    /// <param name="cache">Where the objects go.</param>
    /// <param name="temporaryFolder">A folder for unfinished files; another one is taken when it is on another file system than the cache.</param>
    public ObjectStaging(ObjectCache cache, string temporaryFolder)
    {
        _cache = cache;
        Directory.CreateDirectory(temporaryFolder);
        cache.CreateFolder(cache.Folder);
        var isOneFileSystem = PosixFiles.Stamp(temporaryFolder).Device == PosixFiles.Stamp(cache.Folder).Device;
        var parent = isOneFileSystem ? temporaryFolder : Path.Combine(cache.Folder, FolderInCache);
        Directory.CreateDirectory(parent);
        foreach (var left in Abandoned(parent))
        {
            Directory.Delete(left, recursive: true);
        }

        do
        {
            _folder = Path.Combine(parent, $"{FolderPrefix}{Guid.NewGuid():n}");
            Directory.CreateDirectory(_folder);
            _alive = FolderLock.TryTake(_folder, isExclusive: true, Path.Combine(_folder, AliveName))!;

            // Somebody who cleans up may have been faster: then the folder is gone, or about to be.
        }
        while (_alive is null || !Directory.Exists(_folder));
    }

    /// <summary>Gets or sets what is called before each object is moved into the cache, by tests that stop there.</summary>
    public Action<string>? StepReached { get; set; }

    /// <summary>Gets a folder on the cache's file system for what is kept until another process goes on with it.</summary>
    public string LastingFolder => Path.Combine(Path.GetDirectoryName(_folder)!, "partial");

    public long NewObjects { get; private set; }

    public long NewBytes { get; private set; }

    /// <summary>Lists the folders that dead processes left.</summary>
    public static IEnumerable<string> Abandoned(string parent)
    {
        if (!Directory.Exists(parent))
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories(parent, FolderPrefix + "*").ToList())
        {
            SafeFileHandle? taken;
            try
            {
                taken = FolderLock.TryTake(folder, isExclusive: true, Path.Combine(folder, AliveName));
            }
            catch (IOException)
            {
                // Gone meanwhile.
                continue;
            }

            if (taken is not null)
            {
                using (taken)
                {
                    yield return folder;
                }
            }
        }
    }

    public string NewFile() => Path.Combine(_folder, Interlocked.Increment(ref _lastName).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Claims an id.</summary>
    /// <returns>False when another file of the same content has it already: then nothing need be written.</returns>
    public bool TryAdd(string id, string path, long size, bool isLegacy = false) => TryAdd((id, isLegacy), new StagedObject(path, size, HasMode: false));

    /// <summary>Whether an object of that id is on its way.</summary>
    public bool Has(string id) => _objects.ContainsKey((id, false));

    /// <summary>Writes an object that is in memory.</summary>
    public void Write(string id, ReadOnlySpan<byte> content, bool isLegacy = false)
    {
        var path = NewFile();

        // Only a umask that hides files from their owner's group leaves another mode than the one asked for.
        var hasMode = Volatile.Read(ref _isModeKept) == 1;
        if (TryAdd((id, isLegacy), new StagedObject(path, content.Length, hasMode)))
        {
            PosixFiles.WriteNewFile(path, content, ObjectCache.ObjectMode);
            if (_isModeKept < 0)
            {
                Volatile.Write(ref _isModeKept, PosixFiles.Stamp(path).Mode == ObjectCache.ObjectMode ? 1 : 0);
            }
        }
    }

    public static SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);

    /// <summary>Makes what was added so far durable where it is now, so that <see cref="Commit"/> has little left to do.</summary>
    public void Flush()
    {
        var paths = new List<string>();
        while (_unflushed.TryDequeue(out var path))
        {
            paths.Add(path);
        }

        if (paths.Count == 0 || TryFlushTogether(paths.Count, Path.Combine(_folder, "flush")))
        {
            return;
        }

        foreach (var path in paths.Where(File.Exists))
        {
            using var handle = File.OpenHandle(path, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read);
            RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>Moves what was added so far into the cache. When it returns, the objects survive a power cut.</summary>
    public void Commit(CancellationToken cancellationToken)
    {
        if (_objects.IsEmpty)
        {
            return;
        }

        Flush();
        var shards = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ((id, isLegacy), (path, size, hasMode)) in _objects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            StepReached?.Invoke("object");
            if (!hasMode && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, (UnixFileMode)ObjectCache.ObjectMode);
            }

            var target = _cache.PathOf(id, isLegacy);
            var shard = Path.GetDirectoryName(target)!;
            if (shards.Add(shard))
            {
                _cache.CreateFolder(shard);
            }

            PosixFiles.Rename(path, target);
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

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _alive.Dispose();
    }

    private bool TryAdd((string Id, bool IsLegacy) id, StagedObject staged)
    {
        if (!_objects.TryAdd(id, staged))
        {
            return false;
        }

        _unflushed.Enqueue(staged.Path);
        return true;
    }

    private static bool TryFlushTogether(int count, string path)
    {
        if (count < FlushTogetherFrom)
        {
            return false;
        }

        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        return PosixFiles.TrySynchronizeFileSystem(handle);
    }

    private readonly record struct StagedObject(string Path, long Size, bool HasMode);
}
