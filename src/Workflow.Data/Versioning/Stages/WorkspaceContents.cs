using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Stages;

/// <summary>The ids of the files and folders that are there now, each worked out once. Not safe for concurrent use.</summary>
internal sealed class WorkspaceContents(RepositoryContext context, HashIndex index, IgnoreRules rules)
{
    private readonly Dictionary<(string Path, bool IsLegacy), ContentRecord?> _known = [];
    private readonly Dictionary<(string Path, bool IsLegacy), DirectoryObject> _folders = [];
    private readonly FileIngest _ingest = new(context.Root, context.Jobs, context.TimeProvider);

    /// <summary>Gets the id of the content at a path.</summary>
    /// <param name="fullPath">Absolute; may lie outside of the repository.</param>
    /// <param name="isLegacy">Whether the hash of DVC 2.x is asked for.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <returns>Null when there is nothing.</returns>
    /// <exception cref="DvcException">It cannot be tracked: a pipe or device, or a folder with a <c>.dvcignore</c> in it.</exception>
    public async Task<string?> IdOfAsync(string fullPath, bool isLegacy, CancellationToken cancellationToken) =>
        (await RecordOfAsync(fullPath, isLegacy, cancellationToken).ConfigureAwait(false))?.Id;

    /// <summary>Gets what is to be recorded of the content at a path; null when there is nothing. Else as <see cref="IdOfAsync"/>.</summary>
    public async Task<ContentRecord?> RecordOfAsync(string fullPath, bool isLegacy, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue((fullPath, isLegacy), out var record))
        {
            _known[(fullPath, isLegacy)] = record = await ReadAsync(fullPath, isLegacy, cancellationToken).ConfigureAwait(false);
        }

        return record;
    }

    /// <summary>Gets the list of a folder's files that <see cref="IdOfAsync"/> made before; null when there is none.</summary>
    public DirectoryObject? FolderAt(string fullPath, bool isLegacy) => _folders.GetValueOrDefault((fullPath, isLegacy));

    private async Task<ContentRecord?> ReadAsync(string fullPath, bool isLegacy, CancellationToken cancellationToken)
    {
        var stamp = PosixFiles.Stamp(fullPath);
        var inside = RepositoryPath.TryResolve(context.Root, context.Root, fullPath);
        var path = inside ?? fullPath;
        switch (stamp.Kind)
        {
            case FileKind.Missing when PosixFiles.Stamp(fullPath, followLinks: false).Kind == FileKind.SymbolicLink:
                throw new DvcException($"'{path}' is a symbolic link to something that does not exist. Remove the link, or restore what it points to.");
            case FileKind.Missing:
                return null;
            case FileKind.File:
                var hash = (await HashAsync(path, [new WorkspaceFile(path, stamp, IsLink: false)], isLegacy, cancellationToken).ConfigureAwait(false))[0];
                return new ContentRecord { Id = hash.ToString(), Size = stamp.Size, IsExecutable = stamp.IsExecutable, IsLegacy = isLegacy };
            case FileKind.Other:
                throw new DvcException($"'{path}' is neither a file nor a folder (a pipe, socket or device), so its content cannot be compared.");
        }

        var walk = inside is null ? new WorkspaceWalk(fullPath, new IgnoreRules(fullPath, skipsNestedRepositories: true)) : new WorkspaceWalk(context.Root, rules);
        var files = walk.ListFiles(inside ?? "", isTolerant: false, cancellationToken);
        if (files.Find(static f => RepositoryPath.NameOf(f.Path) == IgnoreRules.FileName) is { Path: { } found })
        {
            throw new DvcException($"'{found}' lies in the tracked folder '{path}', where DVC allows none: its rules would change what the folder holds. Move its lines to a {IgnoreRules.FileName} outside.");
        }

        if (inside is null)
        {
            files = [.. files.Select(f => f with { Path = Path.Combine(fullPath, f.Path) })];
        }

        var hashes = await HashAsync(path, files, isLegacy, cancellationToken).ConfigureAwait(false);
        var start = path.Length == 0 ? 0 : path.Length + 1;
        var folder = DirectoryObject.Create(files.Select((f, i) => new DirectoryEntry(f.Path[start..], hashes[i])));
        var id = folder.Md5 + DirectoryObject.Suffix;
        _folders[(fullPath, isLegacy)] = folder;
        if (isLegacy)
        {
            await StoreLegacyAsync(id, folder.Bytes, cancellationToken).ConfigureAwait(false);
        }

        return new ContentRecord { Id = id, Size = files.Sum(static f => f.Stamp.Size), FileCount = files.Count, IsLegacy = isLegacy };
    }

    // DVC puts the list of a 2.x folder into the cache whenever it works it out, and so the trees stay equal.
    private async Task StoreLegacyAsync(string id, byte[] bytes, CancellationToken cancellationToken)
    {
        var target = context.Cache.PathOf(id, isLegacy: true);
        if (File.Exists(target))
        {
            return;
        }

        context.Cache.CreateFolder(Path.GetDirectoryName(target)!);
        await AtomicFile.WriteAllBytesAsync(target, bytes, cancellationToken).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(target, (UnixFileMode)ObjectCache.ObjectMode);
        }
    }

    private async Task<Md5Hash[]> HashAsync(string path, List<WorkspaceFile> files, bool isLegacy, CancellationToken cancellationToken)
    {
        var hashes = isLegacy
            ? await _ingest.HashLegacyAsync(files, index, cancellationToken).ConfigureAwait(false)
            : await _ingest.HashAsync(files, index, target: null, cancellationToken).ConfigureAwait(false);
        index.Prune(path, files.Select(static f => f.Path).ToHashSet(StringComparer.Ordinal));
        return hashes;
    }
}
