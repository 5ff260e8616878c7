using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>Reads what the plans of an add name, and works out what their metafiles will record.</summary>
internal sealed class ContentReader(RepositoryContext context, WorkspaceWalk walk, HashIndex index)
{
    public IReadOnlyList<WorkspaceFile> List(AddPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Kind == FileKind.Missing)
        {
            return [];
        }

        if (plan.Kind == FileKind.File)
        {
            var path = context.FullPath(plan.Target);
            return [new WorkspaceFile(plan.Target, PosixFiles.Stamp(path), PosixFiles.Stamp(path, followLinks: false).Kind == FileKind.SymbolicLink)];
        }

        var files = walk.ListFiles(plan.Target, isTolerant: false, cancellationToken);
        return files.Find(static f => RepositoryPath.NameOf(f.Path) == IgnoreRules.FileName) is { Path: { } found }
            ? throw new DvcException($"'{found}' lies in the tracked folder '{plan.OutputPath}', where DVC allows none: its rules would change what the folder holds. Move its lines to a {IgnoreRules.FileName} outside.")
            : files;
    }

    public async Task<AddedContent> ReadAsync(AddPlan plan, IReadOnlyList<WorkspaceFile> files, IngestTarget? target, CancellationToken cancellationToken)
    {
        if (IsUnchangedLegacy(plan, files, cancellationToken))
        {
            return new AddedContent(plan, [], [], plan.IsCommit ? KeepLegacy(plan.Existing!, files) : null, []);
        }

        var ingest = new FileIngest(context.Root, context.Jobs, context.TimeProvider);
        var hashes = await ingest.HashAsync(files, index, target, cancellationToken).ConfigureAwait(false);
        if (plan.IsPart)
        {
            return ReadPart(plan, files, hashes);
        }

        if (plan.Kind == FileKind.File)
        {
            var recorded = new RecordedContent { Id = hashes[0].ToString(), Size = files[0].Stamp.Size, FileCount = null, IsExecutable = files[0].Stamp.IsExecutable };
            return new AddedContent(plan, files, hashes, recorded, []);
        }

        var folder = DirectoryObject.Create(Entries(plan.Target, files, hashes));
        var size = files.Sum(static f => f.Stamp.Size);
        return new AddedContent(plan, files, hashes, Record(folder, size), [folder]);
    }

    private static IEnumerable<DirectoryEntry> Entries(string folder, IReadOnlyList<WorkspaceFile> files, Md5Hash[] hashes)
    {
        for (var i = 0; i < files.Count; i++)
        {
            yield return new DirectoryEntry(files[i].Path[(folder.Length + 1)..], hashes[i]);
        }
    }

    private static RecordedContent Record(DirectoryObject folder, long? size) =>
        new() { Id = folder.Md5 + DirectoryObject.Suffix, Size = size, FileCount = folder.Entries.Length };

    // Adding a part changes the recorded list of the whole, not the files beside it: they need not be there.
    private AddedContent ReadPart(AddPlan plan, IReadOnlyList<WorkspaceFile> files, Md5Hash[] hashes)
    {
        var existing = plan.Existing!;
        if (existing.IsLegacy)
        {
            throw new DvcException($"'{existing.Path}' was recorded by DVC 2. Add the whole folder once before adding a part of it.");
        }

        var old = existing.Id is null
            ? DirectoryObject.Create([])
            : context.Cache.TryReadDirectory(existing.Id, isLegacy: false)
                ?? throw new DvcException($"The list of files of '{existing.Path}' ({existing.Id}) is not in the cache or is damaged. Fetch it, or add the whole folder.");
        var inside = plan.Target[(existing.Path.Length + 1)..];
        var kept = old.Entries.Where(e => e.Path != inside && !RepositoryPath.IsInside(e.Path, inside)).ToList();
        if (plan.Kind == FileKind.Missing && kept.Count == old.Entries.Length)
        {
            throw new DvcException($"'{plan.Target}' does not exist, and nothing below '{existing.Path}' is recorded under that name.");
        }

        if (kept.Exists(e => RepositoryPath.IsInside(inside, e.Path)))
        {
            throw new DvcException($"'{plan.Target}' lies in what '{existing.Path}' records as a file. Add the whole folder.");
        }

        var part = Entries(existing.Path, files, hashes).ToList();
        var whole = DirectoryObject.Create([.. kept, .. part]);
        var added = files.Sum(static f => f.Stamp.Size);
        var size = kept.Count == old.Entries.Length && existing.Size is > 0 && plan.Kind != FileKind.Missing ? existing.Size + added
            : whole.Md5 == old.Md5 ? existing.Size
            : null;
        IReadOnlyList<DirectoryObject> folders = plan.Kind == FileKind.Folder
            ? [DirectoryObject.Create(Entries(plan.Target, files, hashes)), whole]
            : [whole];
        return new AddedContent(plan, files, hashes, Record(whole, size), folders);
    }

    private static RecordedContent KeepLegacy(TrackedOutput existing, IReadOnlyList<WorkspaceFile> files) => new()
    {
        Id = existing.Id!,
        Size = files.Sum(static f => f.Stamp.Size),
        FileCount = existing.FileCount,
        IsExecutable = existing.IsExecutable,
        IsLegacy = true,
    };

    // What DVC 2 recorded stays as it is until the content changes.
    private bool IsUnchangedLegacy(AddPlan plan, IReadOnlyList<WorkspaceFile> files, CancellationToken cancellationToken)
    {
        if (plan.IsPart || plan.Existing is not { IsLegacy: true, Id: { } id } || (plan.IsCommit && !context.Cache.Contains(id, isLegacy: true)))
        {
            return false;
        }

        if (plan.Kind == FileKind.File)
        {
            return FileHasher.HashLegacyFile(context.FullPath(plan.Target), cancellationToken).ToString() == id;
        }

        var entries = files.Select(f => new DirectoryEntry(f.Path[(plan.Target.Length + 1)..], FileHasher.HashLegacyFile(context.FullPath(f.Path), cancellationToken)));
        return DirectoryObject.Create(entries).Md5 + DirectoryObject.Suffix == id;
    }
}
