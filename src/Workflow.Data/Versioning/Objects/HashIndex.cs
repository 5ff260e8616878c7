using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Objects;

/// <summary>
/// Remembers the hashes of files whose stamp has not changed since, and the ids of folders whose files it remembers all, in
/// <c>.dvc/tmp/workflow/hashes</c>, which DVC ignores. Only a memory: a lost or damaged file costs time, never correctness.
/// Not safe for concurrent use.
/// </summary>
/// <remarks>
/// A file that was touched less than two seconds before it was hashed is not remembered: within one tick of the clock it
/// could change again without changing its stamp.
/// </remarks>
internal sealed class HashIndex
{
    private static readonly TimeSpan RacyWindow = TimeSpan.FromSeconds(2);
    private readonly string _path;
    private readonly FileStamp _loadedFrom;
    private readonly Dictionary<string, HashIndexFolder> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashedFolder> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private (string Path, HashIndexFolder? Folder) _last = ("\0", null);
    private bool _isChanged;

    private HashIndex(string path) => (_path, _loadedFrom) = (path, path.Length == 0 ? default : PosixFiles.Stamp(path));

    private static ReadOnlySpan<byte> Magic => "WFHASH2\n"u8;

    /// <summary>Gets an index that remembers nothing.</summary>
    public static HashIndex Empty => new("");

    public static HashIndex Load(string path)
    {
        var index = new HashIndex(path);
        try
        {
            var bytes = index._loadedFrom.Kind == FileKind.File ? File.ReadAllBytes(path) : [];
            var head = Magic.Length + sizeof(ulong);
            if (bytes.AsSpan().StartsWith(Magic) && bytes.Length >= head
                && BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(Magic.Length)) == XxHash3.HashToUInt64(bytes.AsSpan(head)))
            {
                index.Parse(bytes.AsMemory(head));
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
        var slash = file.Path.LastIndexOf('/');
        md5 = default;
        return FindFolder(file.Path.AsSpan(0, Math.Max(slash, 0))) is { } folder && folder.TryGet(file.Path.AsSpan(slash + 1), isLegacy, file.Stamp, out md5);
    }

    /// <summary>Gets the remembered entries of one folder, without those below it; null when there are none.</summary>
    public HashIndexFolder? FindFolder(ReadOnlySpan<char> folder)
    {
        if (!folder.SequenceEqual(_last.Path))
        {
            _folders.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(folder, out var found);
            _last = (folder.ToString(), found);
        }

        return _last.Folder;
    }

    /// <summary>The same, safe for concurrent use while nothing is set.</summary>
    public HashIndexFolder? FolderAt(string folder) => _folders.GetValueOrDefault(folder);

    /// <summary>Gets the folder's id that holds as long as all files below it, and no others, match their entries; null when it is not known.</summary>
    public HashedFolder? FindId(string folder) => _ids.TryGetValue(folder, out var id) ? id : null;

    /// <summary>Remembers a hash.</summary>
    /// <param name="file">With the stamp from before it was read.</param>
    /// <param name="isLegacy">Whether it is the hash of DVC 2.x.</param>
    /// <param name="md5">Its hash.</param>
    /// <param name="readAt">When the reading began.</param>
    public void Set(in WorkspaceFile file, bool isLegacy, Md5Hash md5, DateTimeOffset readAt)
    {
        var latest = (readAt - RacyWindow - DateTimeOffset.UnixEpoch).Ticks * 100;
        var name = RepositoryPath.NameOf(file.Path);
        if (Math.Max(file.Stamp.Modified, file.Stamp.Changed) < latest && Encoding.UTF8.GetByteCount(name) <= ushort.MaxValue)
        {
            Touch(RepositoryPath.FolderOf(file.Path)).Set(name, isLegacy, new HashIndexEntry(file.Stamp, md5));
        }
    }

    /// <summary>Forgets files below a folder that are no longer there.</summary>
    /// <param name="folder">The folder, or the path of a single file.</param>
    /// <param name="present">The files that are there.</param>
    public void Prune(string folder, IReadOnlySet<string> present)
    {
        if (!present.Contains(folder) && FindFolder(RepositoryPath.FolderOf(folder)) is not null)
        {
            Remove(RepositoryPath.FolderOf(folder), [(RepositoryPath.NameOf(folder), false), (RepositoryPath.NameOf(folder), true)]);
        }

        foreach (var path in Below(folder).ToList())
        {
            Remove(path, [.. _folders[path].Names().Where(n => !present.Contains(RepositoryPath.Join(path, n.Name)))]);
        }
    }

    /// <summary>Forgets files below a folder that are no longer there, and remembers the folder's id when all of its files are remembered.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">All of its files, with the stamps for which their hashes were found.</param>
    /// <param name="md5">The hash of the list of the files.</param>
    public void Settle(string folder, IReadOnlyList<WorkspaceFile> files, Md5Hash md5)
    {
        var remembered = 0;
        foreach (var file in files)
        {
            remembered += TryGet(file, isLegacy: false, out _) ? 1 : 0;
        }

        if (Below(folder).Sum(f => _folders[f].Count) != remembered)
        {
            Prune(folder, files.Select(static f => f.Path).ToHashSet(StringComparer.Ordinal));
        }

        var id = new HashedFolder(md5, files.Count);
        if (remembered == files.Count && Below(folder).Sum(f => _folders[f].Count) == remembered && FindId(folder) != id)
        {
            _ids[folder] = id;
            _touched.RemoveWhere(t => t == folder || RepositoryPath.IsInside(t, folder));
            _isChanged = true;
        }
    }

    /// <summary>Writes what changed. What another process has written since <see cref="Load"/> stays, except for the folders that changed here.</summary>
    public Task SaveAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_isChanged)
        {
            return Task.CompletedTask;
        }

        var current = PosixFiles.Stamp(_path);
        var content = HashIndexFile.Serialize(Magic, current == _loadedFrom || current.Kind != FileKind.File ? (_folders, _ids) : Merge(Load(_path)));

        // Not flushed to disk: a damaged index is as good as none.
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var temporary = $"{_path}.{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}";
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(handle, content.Span, 0);
            }

            PosixFiles.Rename(temporary, _path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        _isChanged = false;
        return Task.CompletedTask;
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

    private (Dictionary<string, HashIndexFolder> Folders, Dictionary<string, HashedFolder> Ids) Merge(HashIndex other)
    {
        var changed = _folders.Where(static f => f.Value.IsChanged).ToList();
        foreach (var (path, id) in _ids)
        {
            // An id made here holds when the other process knows nothing of that folder.
            if (!other.Below(path).Any())
            {
                other._ids[path] = id;
            }
            else if (changed.Exists(f => f.Key == path || RepositoryPath.IsInside(f.Key, path)))
            {
                other._ids.Remove(path);
            }
        }

        foreach (var (path, folder) in changed)
        {
            foreach (var above in other._ids.Keys.Where(i => !_ids.ContainsKey(i) && (path == i || RepositoryPath.IsInside(path, i))).ToList())
            {
                other._ids.Remove(above);
            }

            other._folders[path] = folder;
        }

        return (other._folders, other._ids);
    }

    private void Remove(string folder, List<(string Name, bool IsLegacy)> names)
    {
        foreach (var (name, isLegacy) in names)
        {
            if (_folders[folder].Remove(name, isLegacy))
            {
                Touch(folder);
            }
        }
    }

    // What is known about the folders above no longer holds.
    private HashIndexFolder Touch(string folder)
    {
        _isChanged = true;
        if (_touched.Add(folder))
        {
            for (var above = folder; ; above = RepositoryPath.FolderOf(above))
            {
                _ids.Remove(above);
                if (above.Length == 0)
                {
                    break;
                }
            }

            if (!_folders.ContainsKey(folder))
            {
                _folders[folder] = new HashIndexFolder(default, 0);
                _last = ("\0", null);
            }
        }

        return FindFolder(folder)!;
    }

    private IEnumerable<string> Below(string folder) => _folders.Keys.Where(f => f == folder || RepositoryPath.IsInside(f, folder));

    private void Parse(ReadOnlyMemory<byte> body)
    {
        foreach (var (path, folder) in HashIndexFile.ReadFolders(ref body))
        {
            _folders[path] = folder;
        }

        foreach (var (path, id) in HashIndexFile.ReadIds(body))
        {
            _ids[path] = id;
        }
    }
}
