using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Puts together what was taken of a source.</summary>
internal static class FetchedFiles
{
    /// <summary>Ends the sink and gives what is to be recorded.</summary>
    /// <param name="listing">What was taken.</param>
    /// <param name="hashes">Of its files, in their order.</param>
    /// <param name="record">What is kept of the source.</param>
    /// <param name="target">Where it went, and which paths of a folder count.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    public static async Task<SourceContents> CompleteAsync(
        SourceListing listing, Md5Hash[] hashes, SourceRecord record, (ContentSink Sink, Func<string, bool> IsKept) target, CancellationToken cancellationToken)
    {
        if (!listing.IsFolder)
        {
            await target.Sink.CompleteAsync(folder: null, cancellationToken).ConfigureAwait(false);
            return new SourceContents(record, new RecordedContent { Id = hashes[0].ToString(), Size = listing.Files[0].Length, FileCount = null }, Folder: null);
        }

        var kept = Enumerable.Range(0, hashes.Length).Where(i => target.IsKept(listing.Files[i].Path)).ToList();
        var folder = DirectoryObject.Create(kept.Select(i => new DirectoryEntry(listing.Files[i].Path, hashes[i])));
        await target.Sink.CompleteAsync(folder, cancellationToken).ConfigureAwait(false);
        var content = new RecordedContent { Id = folder.Md5 + DirectoryObject.Suffix, Size = kept.Sum(i => listing.Files[i].Length ?? 0), FileCount = kept.Count };
        return new SourceContents(record, content, folder);
    }
}
