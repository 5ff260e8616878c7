using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>Decides what the targets of an add mean, and refuses what cannot be added: all problems at once, before anything is written.</summary>
internal sealed class AddPlanner(RepositoryContext context, OutputCatalog catalog, IgnoreRules rules)
{
    private const int PathsPerCall = 256;
    private readonly List<string> _problems = [];

    /// <exception cref="DvcException">At least one target cannot be added.</exception>
    public async Task<IReadOnlyList<AddPlan>> PlanAsync(IReadOnlyList<string> targets, string folder, CancellationToken cancellationToken)
    {
        var plans = new List<AddPlan>();
        foreach (var target in targets)
        {
            if (RepositoryPath.TryResolve(context.Root, folder, target.Length == 0 ? "." : target) is not { } path)
            {
                Fail($"'{target}' lies outside the repository '{context.Root}'. DVC 3 tracks only what lies inside: copy it here first.");
            }
            else if (path.Length == 0)
            {
                Fail($"'{target}' is the repository itself. Name the files or folders in it.");
            }
            else if (!plans.Exists(p => p.Target == path) && Plan(path) is { } plan)
            {
                plans.Add(plan);
            }
        }

        CheckOverlaps(plans);
        if (context.Git is { } git && plans.Count > 0)
        {
            await CheckGitAsync(git, plans, cancellationToken).ConfigureAwait(false);
        }

        return _problems.Count == 0 ? plans : throw new DvcException(DvcErrorKind.BadInput, [.. _problems]);
    }

    private AddPlan? Plan(string path)
    {
        var name = RepositoryPath.NameOf(path);
        if (name.EndsWith(".dvc", StringComparison.Ordinal) || name is "dvc.yaml")
        {
            return Refuse($"'{path}' is a file of DVC and cannot be tracked by it.");
        }

        if (name.AsSpan().ContainsAny('\u0085', '\u2028', '\u2029') || name.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(context.FullPath(path)))
        {
            return Refuse($"The name of '{path}' holds a line separator (U+0085, U+2028, U+2029) or bytes that are not UTF-8: DVC reads another name back. Rename it.");
        }

        var stamp = PosixFiles.Stamp(context.FullPath(path), followLinks: false);
        var isLink = stamp.Kind == FileKind.SymbolicLink;
        stamp = isLink ? PosixFiles.Stamp(context.FullPath(path)) : stamp;
        if (IsBelowLink(path) || (isLink && stamp.Kind == FileKind.Folder))
        {
            return Refuse($"'{path}' is or lies in a folder that is a symbolic link. Add the folder that it points to.");
        }

        if (rules.IsIgnored(path, stamp.Kind == FileKind.Folder, out var source))
        {
            return Refuse($"'{path}' is ignored by {source}. Change that line, or leave the file out.");
        }

        if (Directory.Exists(Path.Combine(context.FullPath(path), RepositoryContext.DvcFolderName)))
        {
            return Refuse($"'{path}' is a DVC repository of its own. Add its data there, or remove its {RepositoryContext.DvcFolderName} folder.");
        }

        var existing = catalog.FindCovering(path);
        if (stamp.Kind is FileKind.Other || (stamp.Kind == FileKind.Missing && (isLink || existing is null || existing.Path == path)))
        {
            return Refuse(stamp.Kind == FileKind.Other
                ? $"'{path}' is neither a file nor a folder (a pipe, socket or device)."
                : isLink ? $"'{path}' is a symbolic link to a file that does not exist." : $"'{path}' does not exist.");
        }

        return existing is null ? PlanNew(path, stamp.Kind) : PlanExisting(path, stamp.Kind, existing);
    }

    private AddPlan? PlanExisting(string path, FileKind kind, TrackedOutput existing)
    {
        if (existing.IsFromPipeline)
        {
            return Refuse($"'{path}' is made by a stage of '{existing.MetafilePath}'. Run the pipeline instead.");
        }

        if (existing.HasForeignHash)
        {
            return Refuse($"'{path}' is tracked in '{existing.MetafilePath}' under another hash than md5, which cannot be updated here. Remove that file first.");
        }

        if (existing.IsCloudVersioned || !existing.IsCached)
        {
            return Refuse($"'{path}' is tracked in '{existing.MetafilePath}' {(existing.IsCached ? "as a cloud-versioned output" : "with cache: false")}, which cannot be updated here. Use dvc add.");
        }

        if (catalog.Metafiles[existing.MetafilePath].Document?.Find("deps") is YamlSequence { Items.Count: > 0 })
        {
            return Refuse($"'{path}' is imported ('{existing.MetafilePath}'). Update the import, or remove its .dvc file first.");
        }

        if (existing.Path != path && !existing.IsFolder)
        {
            return Refuse($"'{path}' lies in '{existing.Path}', which is tracked as a file.");
        }

        var others = catalog.Outputs.Where(o => o.Path == existing.Path && o.MetafilePath != existing.MetafilePath).Select(static o => $"'{o.MetafilePath}'").ToList();
        if (others.Count > 0)
        {
            return Refuse($"'{path}' is tracked by '{existing.MetafilePath}' and by {string.Join(", ", others)}. Remove all but one.");
        }

        return new AddPlan { Target = path, OutputPath = existing.Path, MetafilePath = existing.MetafilePath, Existing = existing, Kind = kind };
    }

    private AddPlan? PlanNew(string path, FileKind kind)
    {
        foreach (var inner in catalog.Outputs.Where(o => RepositoryPath.IsInside(o.Path, path)))
        {
            return Refuse($"'{path}' holds '{inner.Path}', which is tracked by '{inner.MetafilePath}'. Remove that file first, then add the folder.");
        }

        foreach (var inner in catalog.Metafiles.Keys.Where(m => RepositoryPath.IsInside(m, path)))
        {
            return Refuse($"'{path}' holds the file '{inner}' of DVC. Remove that file first, then add the folder.");
        }

        var metafile = path + ".dvc";
        return Path.Exists(context.FullPath(metafile))
            ? Refuse($"'{metafile}' exists and does not track '{path}'. Move it away first.")
            : new AddPlan { Target = path, OutputPath = path, MetafilePath = metafile, Existing = null, Kind = kind };
    }

    private void CheckOverlaps(List<AddPlan> plans)
    {
        foreach (var outer in plans)
        {
            foreach (var inner in plans.Where(p => RepositoryPath.IsInside(p.Target, outer.Target)))
            {
                Fail($"'{inner.Target}' lies in '{outer.Target}', which is added too. Add only one of them.");
            }
        }
    }

    private async Task CheckGitAsync(GitProgram git, List<AddPlan> plans, CancellationToken cancellationToken)
    {
        foreach (var chunk in plans.Select(static p => p.OutputPath).Distinct(StringComparer.Ordinal).Chunk(PathsPerCall))
        {
            var tracked = await git.RunAsync(["--literal-pathspecs", "ls-files", "-z", "--cached", "--", .. chunk], input: null, [], cancellationToken).ConfigureAwait(false);
            foreach (var output in chunk.Where(o => tracked.Records.Any(t => t == o || RepositoryPath.IsInside(t, o))))
            {
                Fail($"'{output}' is tracked by git, wholly or in part. Stop that first: git rm -r --cached '{output}' && git commit -m 'stop tracking {output}'");
            }
        }

        var ignored = await git.RunWithPathsAsync(["check-ignore", "-z", "--stdin", "--no-index"], plans.Select(static p => p.MetafilePath), [1], cancellationToken).ConfigureAwait(false);
        foreach (var metafile in ignored.Records)
        {
            Fail($"git ignores '{metafile}', the file that would track the data. Change .gitignore.");
        }
    }

    private bool IsBelowLink(string path)
    {
        for (var folder = RepositoryPath.FolderOf(path); folder.Length > 0; folder = RepositoryPath.FolderOf(folder))
        {
            if (PosixFiles.Stamp(context.FullPath(folder), followLinks: false).Kind == FileKind.SymbolicLink)
            {
                return true;
            }
        }

        return false;
    }

    private AddPlan? Refuse(string problem)
    {
        Fail(problem);
        return null;
    }

    private void Fail(string problem) => _problems.Add(problem);
}
