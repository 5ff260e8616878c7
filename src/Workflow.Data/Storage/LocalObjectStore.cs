using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Workflow.Data.Storage;

/// <summary>An object store in a local folder. Safe for concurrent use by threads and processes.</summary>
/// <remarks>
/// <para>The object <c>sha256:abcdef…</c> is the file <c>ab/cdef…</c>, read-only. It is written beside the objects, flushed to disk, renamed
/// into place, and its folder flushed: a power cut leaves the object whole or missing.</para>
/// <para>An object is verified before <see cref="OpenReadAsync"/> returns, and the stream it returns can seek.</para>
/// <para>What a killed writer leaves behind lies in the folder <c>unfinished</c> and is removed by the first write a day later.</para>
/// </remarks>
public sealed class LocalObjectStore : IPurgeableObjectStore
{
    private const string UnfinishedFolder = "unfinished";
    private const int BufferSize = 1 << 17;
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
    private readonly string _folder;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private int _hasSwept;

    /// <summary>Uses a folder as object store. Touches nothing yet.</summary>
    /// <param name="folder">The folder; created by the first write.</param>
    /// <param name="timeProvider">Tells how old the leftovers of killed writers are; the system's clock when null.</param>
    /// <param name="logger">Told of leftovers removed and objects found corrupt.</param>
    public LocalObjectStore(string folder, TimeProvider? timeProvider = null, ILogger<LocalObjectStore>? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = Path.GetFullPath(folder);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<LocalObjectStore>.Instance;
    }

    /// <inheritdoc/>
    public async Task<ContentDigest> PutAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var activity = DataTelemetry.StartPut();
        var unfinished = Path.Combine(_folder, UnfinishedFolder);
        DurableFolder.Create(unfinished);
        SweepOnce(unfinished);

        var temporary = Path.Combine(unfinished, $"{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}");
        try
        {
            ContentDigest digest;
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                digest = await CopyAsync(content, stream, cancellationToken).ConfigureAwait(false);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                }

                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }

            var target = PathOf(digest);
            DurableFolder.Create(Path.GetDirectoryName(target)!);

            // Also over an object that is there already: it may have become corrupt.
            File.Move(temporary, target, overwrite: true);
            PosixFiles.SynchronizeFolder(Path.GetDirectoryName(target)!);
            return digest;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken = default)
    {
        using var activity = DataTelemetry.StartOpen();
        var path = PathOf(digest);
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ObjectNotFoundException(digest, _folder);
        }

        try
        {
            var actual = await ContentDigest.OfAsync(stream, cancellationToken).ConfigureAwait(false);
            if (actual != digest)
            {
                _logger.ObjectCorrupt(path, actual);
                throw new CorruptArtifactException(path, digest, actual);
            }

            stream.Position = 0;
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(ContentDigest digest, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(File.Exists(PathOf(digest)));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentDigest> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (!Directory.Exists(_folder))
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories(_folder, "??"))
        {
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (ContentDigest.TryParse(Path.GetFileName(folder) + Path.GetFileName(path), out var digest))
                {
                    yield return digest;
                }
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ContentDigest digest, DateTimeOffset storedBefore, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(digest);
        if (new FileInfo(path) is not { Exists: true } file || file.LastWriteTimeUtc >= storedBefore.UtcDateTime)
        {
            return Task.FromResult(false);
        }

        // Out of the way first, then looked at again: whoever stores the object between the two finds it kept.
        var unfinished = Path.Combine(_folder, UnfinishedFolder);
        DurableFolder.Create(unfinished);
        var removed = Path.Combine(unfinished, $"{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}");
        try
        {
            File.Move(path, removed);
        }
        catch (FileNotFoundException)
        {
            return Task.FromResult(false);
        }

        if (File.GetLastWriteTimeUtc(removed) >= storedBefore.UtcDateTime)
        {
            File.Move(removed, path, overwrite: true);
            return Task.FromResult(false);
        }

        File.Delete(removed);
        PosixFiles.SynchronizeFolder(Path.GetDirectoryName(path)!);
        return Task.FromResult(true);
    }

    private static async Task<ContentDigest> CopyAsync(Stream content, FileStream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            return ContentDigest.FromHash(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string PathOf(ContentDigest digest) => Path.Combine(_folder, digest.Hex[..2], digest.Hex[2..]);

    private void SweepOnce(string unfinished)
    {
        if (Interlocked.Exchange(ref _hasSwept, 1) != 0)
        {
            return;
        }

        var oldest = _timeProvider.GetUtcNow() - LeftoverAge;
        foreach (var path in Directory.EnumerateFiles(unfinished, "*" + AtomicFile.TemporarySuffix))
        {
            // A writer at work touches its file all the time. Another process may sweep the same file: deleting twice is no error.
            if (File.GetLastWriteTimeUtc(path) < oldest.UtcDateTime)
            {
                File.Delete(path);
                _logger.LeftoverRemoved(path);
            }
        }
    }
}
