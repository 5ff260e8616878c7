using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>A file or folder of this machine, by its absolute path. Links to files are followed, links to folders left out, as DVC does.</summary>
internal sealed class LocalSource(RepositoryContext context, string path) : UrlSource
{
    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MatchType = MatchType.Simple };
    private List<WorkspaceFile> _files = [];
    private bool _isExecutable;

    public override string Shown => path;

    /// <summary>Gets the absolute path.</summary>
    public string FullPath => path;

    public override Task<SourceListing> ListAsync(CancellationToken cancellationToken)
    {
        var stamp = PosixFiles.Stamp(path);
        switch (stamp.Kind)
        {
            case FileKind.File:
                _files = [new WorkspaceFile(path, stamp, IsLink: false)];
                _isExecutable = (stamp.Mode & FileModes.AnybodyExecutes) != 0;
                return Task.FromResult(new SourceListing(IsFolder: false, [new SourceFile("", stamp.Size, Mark: null)]));
            case FileKind.Folder:
                if (Directory.EnumerateFiles(path, IgnoreRules.FileName, Everywhere).FirstOrDefault() is { } found)
                {
                    throw new DvcException($"'{found}' lies in the folder that is imported, where DVC allows none: its rules would change what the folder holds. Move it out of there.");
                }

                var files = new WorkspaceWalk(path, new IgnoreRules(path, skipsNestedRepositories: true)).ListFiles("", isTolerant: false, cancellationToken);
                _files = [.. files.Select(f => f with { Path = Path.Combine(path, f.Path) })];
                return Task.FromResult(new SourceListing(IsFolder: true, [.. files.Select(static f => new SourceFile(f.Path, f.Stamp.Size, Mark: null))]));
            case FileKind.Missing:
                throw new DvcException($"'{path}' does not exist, so it cannot be imported.");
            default:
                throw new DvcException($"'{path}' is neither a file nor a folder (a pipe, socket or device), so it cannot be imported.");
        }
    }

    public override async Task<SourceRecord> RecordAsync(SourceListing listing, CancellationToken cancellationToken)
    {
        var hashes = await new FileIngest(path, context.Jobs, context.TimeProvider).HashAsync(_files, HashIndex.Empty, target: null, cancellationToken).ConfigureAwait(false);
        return Record(listing, hashes);
    }

    public override async Task<SourceContents> TakeAsync(SourceListing listing, ContentSink sink, Func<string, bool> isKept, CancellationToken cancellationToken)
    {
        var hashes = await sink.TakeAsync(path, _files, cancellationToken).ConfigureAwait(false);
        return await FetchedFiles.CompleteAsync(listing, hashes, Record(listing, hashes), (sink, isKept), cancellationToken).ConfigureAwait(false);
    }

    private SourceRecord Record(SourceListing listing, Md5Hash[] hashes)
    {
        var size = listing.Files.Sum(static f => f.Length ?? 0);
        return listing.IsFolder
            ? new SourceRecord(SourceRecord.Md5Key, DirectoryObject.Create(listing.Files.Select((f, i) => new DirectoryEntry(f.Path, hashes[i]))).Md5 + DirectoryObject.Suffix, size, listing.Files.Length, IsExecutable: false)
            : new SourceRecord(SourceRecord.Md5Key, hashes[0].ToString(), size, FileCount: null, _isExecutable);
    }
}
