using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>Compares what is recorded for an output with the workspace, and plans what a checkout has to do.</summary>
internal sealed class CheckoutPlanner(RepositoryContext context, HashIndex index, bool isRelink)
{
    private const int FilesPerTask = 256;
    private readonly WorkspaceWalk _walk = new(context.Root, new IgnoreRules(context.Root, skipsNestedRepositories: true));
    private readonly FileIngest _ingest = new(context.Root, context.Jobs, context.TimeProvider);
    private readonly LinkCheck _links = new(context);

    public async Task<CheckoutPlan> PlanAsync(SelectedOutput selected, CancellationToken cancellationToken)
    {
        var fetched = selected.Output.IsContentElsewhere ? await FetchedImport.TryReadAsync(context, selected.Output, cancellationToken).ConfigureAwait(false) : null;
        selected = fetched is null ? selected : selected with { Output = fetched.Output };
        var output = selected.Output;
        var own = PosixFiles.Stamp(context.FullPath(output.Path), followLinks: false);
        var isLink = own.Kind == FileKind.SymbolicLink;
        var stamp = isLink ? PosixFiles.Stamp(context.FullPath(output.Path)) : own;
        var isRecordedFolder = output.Id?.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal) == true;
        var wanted = output.Id is null ? [] : isRecordedFolder ? null : new Dictionary<string, string>(StringComparer.Ordinal) { [output.Path] = output.Id };
        var plan = new CheckoutPlan
        {
            Output = output,
            IsFolder = isRecordedFolder,
            IsThere = own.Kind != FileKind.Missing,
            HasNoContent = output.Id is null || output.IsPartialImport,
            Fetched = fetched,
        };
        if (plan.HasNoContent)
        {
            return plan;
        }

        if (isRecordedFolder)
        {
            wanted = Recorded(selected, fetched, out var isReadable);
            if (!isReadable)
            {
                plan.Missing.Add(output.Id!);
                return plan;
            }
        }

        var folders = new List<string>();
        var files = List(selected, stamp, isLink, folders, cancellationToken);
        var hashes = output.IsLegacy
            ? await _ingest.HashLegacyAsync(files, index, cancellationToken).ConfigureAwait(false)
            : await _ingest.HashAsync(files, index, target: null, cancellationToken).ConfigureAwait(false);
        if (isLink && stamp.Kind is FileKind.Missing or FileKind.Folder)
        {
            // Only a link goes, never what it points to.
            plan.Deleted.Add(output.Path);
        }

        if (plan.IsThere)
        {
            Compare(plan, wanted!, files, hashes);
            PlanFolders(plan, wanted!, stamp, isLink, folders);
        }

        if (stamp.Kind == FileKind.Folder && !isLink)
        {
            PlanObstacles(plan, wanted!);
        }

        AddNew(plan, wanted!, cancellationToken);
        return plan;
    }

    private Dictionary<string, string>? Recorded(SelectedOutput selected, FetchedImport? fetched, out bool isReadable)
    {
        var output = selected.Output;
        var folder = fetched?.Folder ?? context.Cache.TryReadDirectory(output.Id!, output.IsLegacy);
        isReadable = folder is not null;
        var wanted = new Dictionary<string, string>(folder?.Entries.Length ?? 0, StringComparer.Ordinal);
        foreach (var entry in folder?.Entries ?? [])
        {
            var path = $"{output.Path}/{entry.Path}";
            if (selected.Covers(path))
            {
                wanted.Add(path, entry.Md5.ToString());
            }
        }

        return wanted;
    }

    private List<WorkspaceFile> List(SelectedOutput selected, in FileStamp stamp, bool isLink, List<string> folders, CancellationToken cancellationToken)
    {
        if (stamp.Kind == FileKind.File)
        {
            return [new WorkspaceFile(selected.Output.Path, stamp, isLink)];
        }

        if (stamp.Kind != FileKind.Folder || isLink)
        {
            return [];
        }

        if (selected.IsWhole)
        {
            return _walk.ListFiles(selected.Output.Path, isTolerant: true, cancellationToken, folders);
        }

        var files = new List<WorkspaceFile>();
        foreach (var part in selected.Parts.Distinct(StringComparer.Ordinal))
        {
            var own = PosixFiles.Stamp(context.FullPath(part), followLinks: false);
            var followed = own.Kind == FileKind.SymbolicLink ? PosixFiles.Stamp(context.FullPath(part)) : own;
            if (followed.Kind == FileKind.File)
            {
                files.Add(new WorkspaceFile(part, followed, own.Kind == FileKind.SymbolicLink));
            }
            else if (own.Kind == FileKind.Folder)
            {
                files.AddRange(_walk.ListFiles(part, isTolerant: true, cancellationToken, folders));
            }
        }

        return [.. files.DistinctBy(static f => f.Path)];
    }

    // What remains in wanted afterwards is new.
    private void Compare(CheckoutPlan plan, Dictionary<string, string> wanted, List<WorkspaceFile> files, Md5Hash[] hashes)
    {
        for (var i = 0; i < files.Count; i++)
        {
            var file = files[i];
            var id = hashes[i].ToString();
            var isExecutable = (file.Stamp.Mode & FileModes.AnybodyExecutes) != 0;
            var isWantedExecutable = plan.Output.IsExecutable && file.Path == plan.Output.Path;
            if (!wanted.Remove(file.Path, out var wantedId))
            {
                plan.Deleted.Add(file.Path);
                CheckSaved(plan, file.Path, id);
            }
            else if (wantedId != id)
            {
                CheckSaved(plan, file.Path, id);
                AddFile(plan, plan.Replaced, file.Path, wantedId);
            }
            else if (isRelink && _links.IsOther(file, ObjectOf(plan, id)))
            {
                AddFile(plan, plan.Relinked, file.Path, wantedId);
            }
            else if (isExecutable != isWantedExecutable && !file.IsLink && PosixFiles.LinkCount(context.FullPath(file.Path)) == 1)
            {
                // As DVC does for either difference. The bit of a link would be that of the object in the cache.
                plan.MadeExecutable.Add(file.Path);
            }
        }
    }

    private static void PlanFolders(CheckoutPlan plan, Dictionary<string, string> wanted, in FileStamp stamp, bool isLink, List<string> folders)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { plan.Output.Path };
        foreach (var path in plan.Replaced.Select(static f => f.Path).Concat(wanted.Keys))
        {
            for (var folder = RepositoryPath.FolderOf(path); folder.Length > 0 && needed.Add(folder); folder = RepositoryPath.FolderOf(folder))
            {
            }
        }

        if (stamp.Kind == FileKind.Folder && !isLink && !plan.IsFolder)
        {
            plan.DeletedFolders.Add(plan.Output.Path);
        }

        plan.DeletedFolders.AddRange(folders.Where(f => !needed.Contains(f) || wanted.ContainsKey(f)));
    }

    // What the walk does not name, because it is ignored, is a link to a folder, a pipe and the like, yet stands where something is to be
    // written. Nothing is ever written through such a link.
    private void PlanObstacles(CheckoutPlan plan, Dictionary<string, string> wanted)
    {
        var known = plan.Deleted.Concat(plan.Replaced.Select(static f => f.Path)).ToHashSet(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal) { plan.Output.Path };
        foreach (var path in wanted.Keys)
        {
            Check(path, isFolder: false);
            for (var folder = RepositoryPath.FolderOf(path); folders.Add(folder); folder = RepositoryPath.FolderOf(folder))
            {
                Check(folder, isFolder: true);
            }
        }

        void Check(string path, bool isFolder)
        {
            var kind = PosixFiles.Stamp(context.FullPath(path), followLinks: false).Kind;
            if (kind is not (FileKind.Missing or FileKind.Folder) && !known.Contains(path))
            {
                plan.Deleted.Add(path);
                plan.Unsaved.Add(path);
            }
            else if (kind == FileKind.Folder && !isFolder && !plan.DeletedFolders.Contains(path))
            {
                plan.DeletedFolders.Add(path);
            }
        }
    }

    private void AddNew(CheckoutPlan plan, Dictionary<string, string> wanted, CancellationToken cancellationToken)
    {
        plan.Added.EnsureCapacity(wanted.Count);
        var files = wanted.Select(f => new CheckoutFile(f.Key, ObjectOf(plan, f.Value), 0, IsExecutable: false)).ToArray();
        var stamps = new FileStamp[files.Length];
        var blocks = (files.Length + FilesPerTask - 1) / FilesPerTask;
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = context.Jobs, CancellationToken = cancellationToken }, block =>
        {
            for (var i = block * FilesPerTask; i < Math.Min(files.Length, (block + 1) * FilesPerTask); i++)
            {
                stamps[i] = PosixFiles.Stamp(files[i].Object);
            }
        });
        for (var i = 0; i < files.Length; i++)
        {
            AddFile(plan, plan.Added, files[i].Path, wanted[files[i].Path], files[i].Object, stamps[i]);
        }
    }

    private string ObjectOf(CheckoutPlan plan, string id) => plan.Fetched?.Find(id) ?? context.Cache.PathOf(id, plan.Output.IsLegacy);

    private void CheckSaved(CheckoutPlan plan, string path, string id)
    {
        if (plan.Fetched?.Find(id) is null && !context.Cache.Contains(id, plan.Output.IsLegacy))
        {
            plan.Unsaved.Add(path);
        }
    }

    // A read-only object is trusted, as everywhere; another one is read.
    private void AddFile(CheckoutPlan plan, List<CheckoutFile> list, string path, string id)
    {
        var source = ObjectOf(plan, id);
        AddFile(plan, list, path, id, source, PosixFiles.Stamp(source));
    }

    private static void AddFile(CheckoutPlan plan, List<CheckoutFile> list, string path, string id, string source, in FileStamp stamp)
    {
        var isTheOutput = path == plan.Output.Path;
        var isWhole = stamp.Kind == FileKind.File
            && (!isTheOutput || plan.Output.Size is null || plan.Output.IsLegacy || plan.Output.Size == stamp.Size)
            && (stamp.Mode == ObjectCache.ObjectMode || OperatingSystem.IsWindows() || IsRight(source, id, plan.Output.IsLegacy));
        if (isWhole)
        {
            list.Add(new CheckoutFile(path, source, stamp.Size, plan.Output.IsExecutable && isTheOutput));
        }
        else
        {
            plan.Missing.Add(id);
        }
    }

    private static bool IsRight(string path, string id, bool isLegacy) =>
        (isLegacy ? FileHasher.HashLegacyFile(path, CancellationToken.None) : FileHasher.HashFile(path, CancellationToken.None)).ToString() == id;
}
