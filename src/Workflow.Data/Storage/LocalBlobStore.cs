using System.Buffers;
using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Storage;

/// <summary>Blobs in a local folder, a file for each: a remote on a disk or a network share. Safe for concurrent use by threads and processes.</summary>
/// <remarks>
/// <para>The blob <c>a/b</c> is the file <c>a/b</c>, read-only. It is written in the folder <c>.workflow-tmp</c>, flushed to disk, renamed (or, on
/// condition, linked) into place, and its folder flushed. All of it has to lie on one file system.</para>
/// <para>What a killed writer leaves behind is removed by the first write a day later. A blob's name cannot be another blob's folder.</para>
/// </remarks>
public sealed class LocalBlobStore : IBlobStore
{
    private const string TemporaryFolder = ".workflow-tmp";
    private const int BufferSize = 1 << 20;
    private const int BlobMode = 0b100_100_100;
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
    private readonly TimeProvider _timeProvider;
    private int _hasSwept;
    private int _writing;

    /// <summary>Uses a folder. Touches nothing yet.</summary>
    /// <param name="folder">The folder; created by the first write.</param>
    /// <param name="timeProvider">Tells how old the leftovers of killed writers are; the system's clock when null.</param>
    public LocalBlobStore(string folder, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Location = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Look(name));
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        cancellationToken.ThrowIfCancellationRequested();
        FileStream stream;
        try
        {
            stream = new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is UnauthorizedAccessException && Directory.Exists(PathOf(name))))
        {
            throw new BlobNotFoundException(name, Location);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Refused(name, "read", e);
        }

        var available = stream.Length - offset;
        if (available < (length ?? 0))
        {
            var total = stream.Length;
            stream.Dispose();
            throw new IOException($"'{name}' in '{Location}' has {total} bytes; {length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "those"} from {offset} on were asked for.");
        }

        stream.Position = offset;
        return Task.FromResult<Stream>(new ExactLengthStream(stream, length ?? available, $"'{name}' in '{Location}'"));
    }

    /// <inheritdoc/>
    public async Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default)
    {
        var isWritten = await WriteAsync(name, content, condition, isFlushed: true, cancellationToken).ConfigureAwait(false);
        if (isWritten)
        {
            PosixFiles.SynchronizeFolder(Path.GetDirectoryName(PathOf(name))!);
        }

        return isWritten;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobName.CheckPrefix(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        var folder = prefix.LastIndexOf('/') is var slash and >= 0 ? prefix[..slash] : "";
        var pending = new Stack<(string Path, bool IsFolder)>();
        Push(pending, folder, prefix);
        while (pending.TryPop(out var entry))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.IsFolder)
            {
                Push(pending, entry.Path, prefix);
            }
            else if (BlobName.IsValid(entry.Path) && Look(entry.Path) is { } info)
            {
                yield return info;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            BlobName.Check(name);
        }

        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                File.Delete(PathOf(name));
            }
            catch (DirectoryNotFoundException)
            {
                // Not there: no error.
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException && File.Exists(PathOf(name)))
            {
                throw Refused(name, "delete", e);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Writes a blob that is durable only after <see cref="Flush"/>: one flush for many blobs.</summary>
    internal Task<bool> PutUnflushedAsync(string name, Stream content, CancellationToken cancellationToken) =>
        WriteAsync(name, content, PutCondition.None, isFlushed: false, cancellationToken);

    /// <summary>Makes all that was written durable.</summary>
    /// <returns>False where the system has no such call: then every blob has to be flushed by itself.</returns>
    internal bool Flush()
    {
        if (!Directory.Exists(Location))
        {
            return true;
        }

        string? temporary = null;
        try
        {
            using var file = CreateTemporary();
            temporary = file.Name;
            return PosixFiles.TrySynchronizeFileSystem(file.SafeFileHandle);
        }
        finally
        {
            RemoveTemporary(temporary);
        }
    }

    private static void CopyTo(Stream content, FileStream target, CancellationToken cancellationToken)
    {
        if (content is FileStream { Position: 0 } file && PosixFiles.TryClone(file.SafeFileHandle, target.SafeFileHandle))
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = content.Read(buffer, 0, BufferSize)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                target.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> WriteAsync(string name, Stream content, PutCondition condition, bool isFlushed, CancellationToken cancellationToken)
    {
        BlobName.Check(name);
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();

        // Disks are written by threads of the pool; the caller's goes on.
        return await Task.Run(() => Write(name, content, condition, isFlushed, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private bool Write(string name, Stream content, PutCondition condition, bool isFlushed, CancellationToken cancellationToken)
    {
        var target = PathOf(name);
        string? temporary = null;
        try
        {
            if (condition == PutCondition.IfAbsent && File.Exists(target))
            {
                return false;
            }

            using (var stream = CreateTemporary())
            {
                temporary = stream.Name;
                CopyTo(content, stream, cancellationToken);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(stream.SafeFileHandle, (UnixFileMode)BlobMode);
                }

                if (isFlushed)
                {
                    RandomAccess.FlushToDisk(stream.SafeFileHandle);
                }
            }

            CreateFolder(Path.GetDirectoryName(target)!, isFlushed);
            cancellationToken.ThrowIfCancellationRequested();
            return Place(temporary, target, condition);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e.GetType() != typeof(EndOfStreamException) && temporary is null))
        {
            throw Refused(name, "write", e);
        }
        finally
        {
            RemoveTemporary(temporary);
        }
    }

    private static bool Place(string temporary, string target, PutCondition condition)
    {
        if (condition == PutCondition.None)
        {
            File.Move(temporary, target, overwrite: true);
            return true;
        }

        // A link is made or refused by the file system itself; a rename on condition would look first and move then.
        if (PosixFiles.TryHardLink(temporary, target))
        {
            return true;
        }

        if (File.Exists(target))
        {
            return false;
        }

        File.Move(temporary, target, overwrite: false);
        return true;
    }

    private static void CreateFolder(string folder, bool isFlushed)
    {
        if (isFlushed)
        {
            DurableFolder.Create(folder);
        }
        else
        {
            Directory.CreateDirectory(folder);
        }
    }

    private FileStream CreateTemporary()
    {
        SweepOnce();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var stream = new FileStream(NewTemporary(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                Interlocked.Increment(ref _writing);
                return stream;
            }
            catch (IOException) when (attempt < 100 && !File.Exists(Path.Combine(Location, TemporaryFolder)))
            {
                // Another process has just removed the empty folder, perhaps between two steps of its creation here.
            }
        }
    }

    private string NewTemporary()
    {
        var folder = Path.Combine(Location, TemporaryFolder);
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}");
    }

    private void RemoveTemporary(string? path)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            File.Delete(path);
            if (Interlocked.Decrement(ref _writing) > 0)
            {
                return;
            }

            Directory.Delete(Path.Combine(Location, TemporaryFolder), recursive: false);
        }
        catch (IOException)
        {
            // Others are at work in it, or have removed it.
        }
    }

    private void SweepOnce()
    {
        var folder = Path.Combine(Location, TemporaryFolder);
        if (Interlocked.Exchange(ref _hasSwept, 1) != 0 || !Directory.Exists(folder))
        {
            return;
        }

        var oldest = (_timeProvider.GetUtcNow() - LeftoverAge).UtcDateTime;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + AtomicFile.TemporarySuffix).Where(p => File.GetLastWriteTimeUtc(p) < oldest))
        {
            File.Delete(path);
        }
    }

    // In the order of names, a folder counting as its name and a slash.
    private void Push(Stack<(string Path, bool IsFolder)> pending, string folder, string prefix)
    {
        var full = folder.Length == 0 ? Location : PathOf(folder);
        if (!Directory.Exists(full))
        {
            return;
        }

        var entries = new FileSystemEnumerable<(string Name, bool IsFolder)>(
            full,
            static (ref FileSystemEntry e) => (e.FileName.ToString(), e.IsDirectory),
            new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = false, ReturnSpecialDirectories = false })
        {
            ShouldIncludePredicate = static (ref FileSystemEntry e) => !e.IsDirectory || !e.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        foreach (var (name, isFolder) in entries.OrderByDescending(static e => e.IsFolder ? e.Name + "/" : e.Name, CodePointComparer.Instance))
        {
            var path = folder.Length == 0 ? name : $"{folder}/{name}";
            var isWanted = isFolder
                ? (path + "/").StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(path + "/", StringComparison.Ordinal)
                : path.StartsWith(prefix, StringComparison.Ordinal);
            if (isWanted && !(folder.Length == 0 && name == TemporaryFolder))
            {
                pending.Push((path, isFolder));
            }
        }
    }

    private BlobInfo? Look(string name)
    {
        var stamp = PosixFiles.Stamp(PathOf(name));
        return stamp.Kind == FileKind.File ? new BlobInfo(name, stamp.Size, DateTimeOffset.UnixEpoch.AddTicks(stamp.Modified / 100)) : null;
    }

    private string PathOf(string name) => Path.Combine(Location, OperatingSystem.IsWindows() ? name.Replace('/', Path.DirectorySeparatorChar) : name);

    private IOException Refused(string name, string verb, Exception exception) =>
        new($"'{name}' in '{Location}': cannot {verb} it: {exception.Message} Check that '{Location}' is a folder that you may {verb} in.", exception);
}
