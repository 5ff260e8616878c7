using System.Buffers;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>A blob, or all blobs below a name.</summary>
/// <param name="store">Disposed with this.</param>
/// <param name="name">The name, without a slash at its end; empty for everything in the store.</param>
/// <param name="areMarksQuoted">Whether DVC writes the store's marks with quotes (Azure).</param>
/// <param name="timeProvider">For waiting.</param>
/// <param name="meter">Told of what comes.</param>
/// <param name="jobs">How many blobs at once.</param>
internal sealed class BlobSource(IBlobStore store, string name, bool areMarksQuoted, TimeProvider timeProvider, TransferMeter meter, int jobs) : StreamedSource(timeProvider, meter, jobs)
{
    private const int MaximumFiles = 50_000_000;
    private static readonly System.Text.CompositeFormat TooMany = System.Text.CompositeFormat.Parse("'{0}' holds more than {1} blobs; import a part of it.");

    public override string Shown => name.Length == 0 ? store.Location : $"{store.Location}/{name}";

    public override async Task<SourceListing> ListAsync(CancellationToken cancellationToken)
    {
        if (name.Length > 0 && await RetryAsync(() => store.FindAsync(name, cancellationToken), cancellationToken).ConfigureAwait(false) is { } single)
        {
            return new SourceListing(IsFolder: false, [new SourceFile("", single.Length, MarkOf(single))]);
        }

        var prefix = name.Length == 0 ? "" : name + "/";
        var files = await RetryAsync(async () =>
        {
            var found = new List<SourceFile>();
            await foreach (var blob in store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
            {
                if (found.Count == MaximumFiles)
                {
                    throw new DvcException(string.Format(System.Globalization.CultureInfo.InvariantCulture, TooMany, Shown, MaximumFiles));
                }

                found.Add(new SourceFile(blob.Name.StartsWith(prefix, StringComparison.Ordinal) ? blob.Name[prefix.Length..] : "..", blob.Length, MarkOf(blob)));
            }

            return found;
        }, cancellationToken).ConfigureAwait(false);
        return files.Count > 0
            ? new SourceListing(IsFolder: true, Checked(files))
            : throw new DvcException($"'{Shown}' does not exist: there is neither a blob of that name nor one below it.");
    }

    public override Task<SourceRecord> RecordAsync(SourceListing listing, CancellationToken cancellationToken)
    {
        if (!listing.IsFolder)
        {
            return Task.FromResult(new SourceRecord(SourceRecord.ETagKey, listing.Files[0].Mark!, listing.Files[0].Length, FileCount: null, IsExecutable: false));
        }

        // The MD5 of the list that DVC makes of a folder, with marks in place of hashes.
        var json = new ArrayBufferWriter<byte>();
        json.Write("["u8);
        foreach (var (file, i) in listing.Files.OrderBy(static f => f.Path, CodePointComparer.Instance).Select(static (f, i) => (f, i)))
        {
            json.Write(i == 0 ? "{\"etag\": \""u8 : ", {\"etag\": \""u8);
            DirectoryObject.WriteEscaped(json, file.Mark!);
            json.Write("\", \"relpath\": \""u8);
            DirectoryObject.WriteEscaped(json, file.Path);
            json.Write("\"}"u8);
        }

        json.Write("]"u8);
        var id = FileHasher.Hash(json.WrittenSpan) + DirectoryObject.Suffix;
        return Task.FromResult(new SourceRecord(SourceRecord.Md5Key, id, listing.Files.Sum(static f => f.Length ?? 0), listing.Files.Length, IsExecutable: false));
    }

    protected override async Task<(Stream Stream, long Start)> OpenAsync(SourceFile file, long offset, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.OpenReadAsync(BlobOf(file), offset, cancellationToken: cancellationToken).ConfigureAwait(false), offset);
        }
        catch (BlobNotFoundException exception)
        {
            throw Changed(file, exception);
        }
    }

    protected override async Task CheckAsync(SourceFile file, Md5Hash md5, CancellationToken cancellationToken)
    {
        // Mostly the mark is the MD5 itself; else the store is asked once more.
        if (file.Mark != md5.ToString() && (await RetryAsync(() => store.FindAsync(BlobOf(file), cancellationToken), cancellationToken).ConfigureAwait(false) is not { } now || MarkOf(now) != file.Mark))
        {
            throw Changed(file, innerException: null);
        }
    }

    protected override void Dispose(bool isDisposing)
    {
        (store as IDisposable)?.Dispose();
        base.Dispose(isDisposing);
    }

    private string BlobOf(SourceFile file) => file.Path.Length == 0 ? name : name.Length == 0 ? file.Path : $"{name}/{file.Path}";

    private DvcException Changed(SourceFile file, Exception? innerException) => new($"'{BlobOf(file)}' in '{store.Location}' changed while it was read. Run the command again when nothing writes there.", innerException);

    private string MarkOf(BlobInfo blob) => blob.ETag is not { Length: > 0 } mark
        ? throw new DvcException($"'{store.Location}' gives no ETag for '{blob.Name}', so an import could never tell whether it changed.")
        : areMarksQuoted ? $"\"{mark}\"" : mark;
}
