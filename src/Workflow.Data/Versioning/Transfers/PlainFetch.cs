using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>
/// Brings objects of a plain remote into the cache, each by itself. A connection that breaks is taken up again where it broke; what a
/// killed process had of a large object, the next one goes on with.
/// </summary>
internal sealed class PlainFetch(PlainRemote remote, ObjectDownload download)
{
    // An object up to this size is held in memory; a larger one is kept in a file by its name while it is not complete.
    private const int SmallBytes = 1 << 20;
    private const int BufferBytes = 1 << 20;
    private const int ObjectsPerRound = 1024;
    private static readonly TimeSpan PartialAge = TimeSpan.FromDays(7);

    /// <summary>Fetches objects, some hundred at a time, and makes those durable before the next.</summary>
    public async Task RunAsync(IReadOnlyCollection<ObjectId> ids, ObjectStaging staging, CancellationToken cancellationToken)
    {
        DropOldPartials(staging.LastingFolder);
        foreach (var round in ids.Chunk(ObjectsPerRound))
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = download.Jobs, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(round, options, async (id, token) => await FetchAsync(id, staging, token).ConfigureAwait(false)).ConfigureAwait(false);
            staging.Commit(cancellationToken);
        }
    }

    private async Task FetchAsync(ObjectId id, ObjectStaging staging, CancellationToken cancellationToken)
    {
        download.MakeFolder(id);
        var partial = Path.Combine(staging.LastingFolder, id.IsLegacy ? id.Name + ".2" : id.Name);
        try
        {
            await BrokenStream.RetryAsync(download.Context.TimeProvider, offset => TransferAsync(id, staging, partial, offset, cancellationToken), () => LengthOf(partial), () => File.Delete(partial), cancellationToken).ConfigureAwait(false);
            download.Meter.Finish();
        }
        catch (BlobNotFoundException)
        {
            download.Missing[id] = true;
        }
        catch (DvcException exception)
        {
            download.NoteDamaged(id, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            download.Failures[id] = $"The object {id.Name} could not be fetched from the {remote.Shown}: {exception.Message}";
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
                    : new DvcException(download.WrongContent(id, actual, total));
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
                throw new DvcException(download.WrongContent(id, actual, length));
            }

            staging.Write(id.Name, content.Span, id.IsLegacy);
            download.Meter.Add(length);
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
                download.Meter.Add(count);
            }

            RandomAccess.SetLength(file, offset);
            return FileHasher.Finish(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private void DropOldPartials(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var oldest = (download.Context.TimeProvider.GetUtcNow() - PartialAge).UtcDateTime;
        foreach (var path in Directory.EnumerateFiles(folder).Where(p => File.GetLastWriteTimeUtc(p) < oldest))
        {
            File.Delete(path);
        }
    }
}
