using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>
/// Brings objects into the cache. Every byte that arrives is hashed: an object whose content is not the one of its name is not kept. A
/// connection that breaks is taken up again where it broke; what a killed process had of a large object, the next one goes on with.
/// </summary>
internal sealed class ObjectDownload(RepositoryContext context, ObjectRemote remote, TransferMeter meter, int jobs)
{
    // An object up to this size is held in memory; a larger one is kept in a file by its name while it is not complete.
    private const int SmallBytes = 1 << 20;
    private const int BufferBytes = 1 << 20;
    private const int ObjectsPerRound = 1024;
    private const int Attempts = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan PartialAge = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, bool> _made = new(StringComparer.Ordinal);

    /// <summary>Gets what could not be fetched, and why. Objects that the remote does not have are not among them.</summary>
    public ConcurrentDictionary<ObjectId, string> Failures { get; } = new();

    /// <summary>Gets those of the failures whose content in the remote is wrong.</summary>
    public ConcurrentDictionary<ObjectId, bool> Damaged { get; } = new();

    /// <summary>Gets the objects that the remote does not have.</summary>
    public ConcurrentDictionary<ObjectId, bool> Missing { get; } = new();

    /// <summary>Fetches objects, some hundred at a time, and makes those durable before the next.</summary>
    public async Task FetchAsync(IReadOnlyCollection<ObjectId> ids, ObjectStaging staging, CancellationToken cancellationToken)
    {
        meter.Expect(ids.Count);
        DropOldPartials(staging.LastingFolder);
        foreach (var round in ids.Chunk(ObjectsPerRound))
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(round, options, async (id, token) => await FetchAsync(id, staging, token).ConfigureAwait(false)).ConfigureAwait(false);
            staging.Commit(cancellationToken);
        }
    }

    /// <summary>Takes back the folder that was made for an object which did not come and which nobody promised: DVC does not even try to fetch it.</summary>
    public void DropFolder(ObjectId id)
    {
        var folder = Path.GetDirectoryName(context.Cache.PathOf(id.Name, id.IsLegacy))!;
        if (_made.ContainsKey(folder) && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Reads the list of a folder's files, verified.</summary>
    /// <returns>Null when the remote has none.</returns>
    /// <exception cref="DvcException">It is not what it should be.</exception>
    public async Task<DirectoryObject?> TryReadListAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            using var memory = new MemoryStream();
            await RetryAsync(async offset =>
            {
                memory.SetLength(offset);
                memory.Position = offset;
                var stream = await remote.Store.OpenReadAsync(ObjectRemote.BlobOf(id), offset, cancellationToken: cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    if (offset + stream.Length > DirectoryObject.MaximumBytes)
                    {
                        throw new DvcException($"The object {id.Name} in the {remote.Shown} has {offset + stream.Length} bytes; a list of files has at most {DirectoryObject.MaximumBytes}.");
                    }

                    await stream.CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
                }
            }, () => memory.Length, () => memory.SetLength(0), cancellationToken).ConfigureAwait(false);
            var bytes = memory.ToArray();
            var actual = FileHasher.Hash(bytes);
            return actual != id.Md5
                ? throw new DvcException(WrongContent(id, actual, bytes.Length))
                : DirectoryObject.TryParse(bytes, id.Name) ?? throw new DvcException($"The object {id.Name} in the {remote.Shown} is no list of files. Push the folder again from where it is whole.");
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }

    private async Task FetchAsync(ObjectId id, ObjectStaging staging, CancellationToken cancellationToken)
    {
        // As DVC does, whether or not the object comes.
        var folder = Path.GetDirectoryName(context.Cache.PathOf(id.Name, id.IsLegacy))!;
        if (!Directory.Exists(folder))
        {
            context.Cache.CreateFolder(folder);
            _made[folder] = true;
        }

        var partial = Path.Combine(staging.LastingFolder, id.IsLegacy ? id.Name + ".2" : id.Name);
        try
        {
            await RetryAsync(offset => TransferAsync(id, staging, partial, offset, cancellationToken), () => LengthOf(partial), () => File.Delete(partial), cancellationToken).ConfigureAwait(false);
            meter.Finish();
        }
        catch (BlobNotFoundException)
        {
            Missing[id] = true;
        }
        catch (DvcException exception)
        {
            Failures[id] = exception.Message;
            Damaged[id] = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failures[id] = $"The object {id.Name} could not be fetched from the {remote.Shown}: {exception.Message}";
        }
    }

    private async Task TransferAsync(ObjectId id, ObjectStaging staging, string partial, long offset, CancellationToken cancellationToken)
    {
        var stream = await remote.Store.OpenReadAsync(ObjectRemote.BlobOf(id), offset, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var total = offset + stream.Length;
            if (offset == 0 && total <= SmallBytes)
            {
                await TransferSmallAsync(id, staging, stream, (int)total, cancellationToken).ConfigureAwait(false);
                return;
            }

            Directory.CreateDirectory(staging.LastingFolder);
            Md5Hash actual;
            using (var file = File.OpenHandle(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                actual = await TransferLargeAsync(stream, file, offset, cancellationToken).ConfigureAwait(false);
            }

            if (actual != id.Md5 && !(id.IsLegacy && FileHasher.HashLegacyFile(partial, cancellationToken) == id.Md5))
            {
                // What an earlier process left may be the wrong part: it is not gone on with a second time.
                File.Delete(partial);
                throw offset > 0
                    ? new EndOfStreamException($"what was kept of the object {id.Name} from an earlier attempt did not fit.")
                    : new DvcException(WrongContent(id, actual, total));
            }

            var path = staging.NewFile();
            File.Move(partial, path);
            staging.TryAdd(id.Name, path, total, id.IsLegacy);
        }
    }

    private async Task TransferSmallAsync(ObjectId id, ObjectStaging staging, Stream stream, int length, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            var content = buffer.AsMemory(0, length);
            var actual = FileHasher.Hash(content.Span);
            if (actual != id.Md5 && !(id.IsLegacy && FileHasher.HashLegacy(content.Span) == id.Md5))
            {
                throw new DvcException(WrongContent(id, actual, length));
            }

            staging.Write(id.Name, content.Span, id.IsLegacy);
            meter.Add(length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<Md5Hash> TransferLargeAsync(Stream stream, SafeFileHandle file, long offset, CancellationToken cancellationToken)
    {
        using var hash = FileHasher.CreateHash();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (long position = 0; position < offset;)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(BufferBytes, offset - position)), position);
                hash.AppendData(buffer, 0, read);
                position += read;
            }

            int count;
            while ((count = await stream.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                RandomAccess.Write(file, buffer.AsSpan(0, count), offset);
                hash.AppendData(buffer, 0, count);
                offset += count;
                meter.Add(count);
            }

            RandomAccess.SetLength(file, offset);
            return FileHasher.Finish(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The store has retried what it could; what is left is a stream that broke.
    private async Task RetryAsync(Func<long, Task> transfer, Func<long> have, Action restart, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var offset = have();
            try
            {
                await transfer(offset).ConfigureAwait(false);
                return;
            }
            catch (IOException exception) when (exception is not BlobNotFoundException && attempt < Attempts)
            {
                if (offset > 0 && have() == offset)
                {
                    restart();
                }

                await Task.Delay(FirstDelay * Math.Pow(2, attempt - 1), context.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private void DropOldPartials(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var oldest = (context.TimeProvider.GetUtcNow() - PartialAge).UtcDateTime;
        foreach (var path in Directory.EnumerateFiles(folder).Where(p => File.GetLastWriteTimeUtc(p) < oldest))
        {
            File.Delete(path);
        }
    }

    private string WrongContent(ObjectId id, Md5Hash actual, long length) => string.Create(
        CultureInfo.InvariantCulture,
        $"The object {id.Name} in the {remote.Shown} has the wrong content: {length} bytes with the MD5 {actual}. It was not kept. Delete the blob '{ObjectRemote.BlobOf(id)}' there and push it again from a repository that has it.");
}
