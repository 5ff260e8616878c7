using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>A source whose bytes come over a wire: fetched several files at once, again from where a connection broke, and hashed on the way.</summary>
internal abstract class StreamedSource(TimeProvider timeProvider, TransferMeter meter, int jobs) : UrlSource
{
    private const int BufferBytes = 1 << 18;
    private const int Attempts = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);

    protected TimeProvider TimeProvider => timeProvider;

    /// <summary>Opens a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">From which byte on, as far as the source can.</param>
    /// <param name="cancellationToken">Observed until it is open.</param>
    /// <returns>The stream, which ends early only with an <see cref="IOException"/>, and the byte that it begins with.</returns>
    protected abstract Task<(Stream Stream, long Start)> OpenAsync(SourceFile file, long offset, CancellationToken cancellationToken);

    /// <summary>Makes sure that what was read is what was listed.</summary>
    protected abstract Task CheckAsync(SourceFile file, Md5Hash md5, CancellationToken cancellationToken);

    public override async Task<SourceContents> TakeAsync(SourceListing listing, ContentSink sink, Func<string, bool> isKept, CancellationToken cancellationToken)
    {
        var hashes = new Md5Hash[listing.Files.Length];
        var lengths = new long[listing.Files.Length];
        meter.Expect(hashes.Length);
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, hashes.Length), options, async (i, token) =>
        {
            if (!isKept(listing.Files[i].Path))
            {
                return;
            }

            var file = sink.NewFile();
            (hashes[i], lengths[i]) = await FetchAsync(listing.Files[i], file, token).ConfigureAwait(false);
            await CheckAsync(listing.Files[i], hashes[i], token).ConfigureAwait(false);
            await sink.TakeAsync(listing.Files[i].Path, file, hashes[i], token).ConfigureAwait(false);
            meter.Finish();
        }).ConfigureAwait(false);
        var record = await RecordAsync(listing, cancellationToken).ConfigureAwait(false);
        var measured = listing with { Files = [.. listing.Files.Select((f, i) => f with { Length = lengths[i] })] };
        return await FetchedFiles.CompleteAsync(measured, hashes, record, (sink, isKept), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something again while it fails in a way that may pass.</summary>
    protected async Task<T> RetryAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException && exception is not BlobNotFoundException && !cancellationToken.IsCancellationRequested)
            {
                if (attempt == Attempts)
                {
                    throw new DvcException($"'{Shown}' could not be read, {Attempts} times: {exception.Message}", exception);
                }
            }

            await Task.Delay(FirstDelay * (1 << (attempt - 1)), timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses names that lead out of the folder, or that stand where another needs a folder.</summary>
    protected ImmutableArray<SourceFile> Checked(IReadOnlyCollection<SourceFile> files)
    {
        var names = files.Select(static f => f.Path).ToHashSet(StringComparer.Ordinal);
        var problems = files.Where(static f => !IsSafe(f.Path)).Select(f => $"'{Shown}' lists '{f.Path.Replace('\0', '\uFFFD')}', which does not stay inside its folder, or cannot be a file's name. Nothing was imported.")
            .Concat(files.Where(f => HasFileAbove(f.Path, names)).Select(f => $"'{Shown}' lists '{f.Path}' below a name that is a file, too. Nothing was imported."))
            .ToImmutableArray();
        if (names.Count < files.Count)
        {
            problems = problems.Add($"'{Shown}' lists a name twice. Nothing was imported.");
        }

        return problems.IsEmpty ? [.. files] : throw new DvcException(DvcErrorKind.BadInput, problems);
    }

    private static bool IsSafe(string path) => path.Split('/').All(static p => p is not ("" or "." or ".." or ".dvcignore"))
        && !path.Contains('\0', StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal) && !path.AsSpan().ContainsAny('\u0085', '\u2028', '\u2029');

    private static bool HasFileAbove(string path, HashSet<string> names)
    {
        for (var folder = RepositoryPath.FolderOf(path); folder.Length > 0; folder = RepositoryPath.FolderOf(folder))
        {
            if (names.Contains(folder))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<(Md5Hash Md5, long Length)> FetchAsync(SourceFile file, string path, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
        var hash = FileHasher.CreateHash();
        try
        {
            long position = 0;
            return await RetryAsync(async () =>
            {
                var (stream, start) = await OpenAsync(file, position, cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    if (start != position)
                    {
                        // Begun anew: what was read before does not count.
                        hash.Dispose();
                        hash = FileHasher.CreateHash();
                        position = 0;
                    }

                    position = await CopyAsync(stream, handle, hash, position, p => position = p, cancellationToken).ConfigureAwait(false);
                }

                if (file.Length is { } expected && position != expected)
                {
                    throw new DvcException($"'{Shown}{(file.Path.Length == 0 ? "" : "/" + file.Path)}' gave {position} bytes, but promised {expected}: it changed while it was read. Run the command again.");
                }

                RandomAccess.SetLength(handle, position);
                return (FileHasher.Finish(hash), position);
            }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            hash.Dispose();
        }
    }

    private async Task<long> CopyAsync(Stream stream, SafeFileHandle handle, IncrementalHash hash, long position, Action<long> reached, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int count; (count = await stream.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false)) > 0;)
            {
                await RandomAccess.WriteAsync(handle, buffer.AsMemory(0, count), position, cancellationToken).ConfigureAwait(false);
                hash.AppendData(buffer, 0, count);
                position += count;
                meter.Add(count);
                reached(position);
            }

            return position;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
