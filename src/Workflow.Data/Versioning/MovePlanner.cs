using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>Decides what a move means, and refuses one that would overwrite, overlap or lose something.</summary>
internal sealed class MovePlanner(RepositoryContext context, OutputCatalog catalog, string folder)
{
    /// <exception cref="DvcException">The move is refused.</exception>
    public MovePlan Plan(string source, string destination)
    {
        var path = RepositoryPath.TryResolve(context.Root, folder, source.Length == 0 ? "." : source);
        var outputs = catalog.Outputs.Where(o => o.Path == path).ToList();
        var output = outputs.Count == 1 ? outputs[0] : throw new DvcException(outputs.Count == 0
            ? $"'{source}' is no output: nothing of that path is tracked. Parts of a folder are moved by hand, then the folder is added."
            : $"'{source}' is tracked by {string.Join(" and ", outputs.Select(static o => $"'{o.MetafilePath}'"))}. Remove all but one.");
        if (output.IsFromPipeline)
        {
            throw new DvcException($"'{source}' is made by a stage of '{output.MetafilePath}'. Change the stage there.");
        }

        var metafile = catalog.Metafiles[output.MetafilePath];
        if (metafile.Document!.Find("deps") is YamlSequence { Items.Count: > 0 })
        {
            throw new DvcException($"'{source}' is imported ('{output.MetafilePath}'), and an import is not moved. Import it to the new place, then remove the old one.");
        }

        var target = RepositoryPath.TryResolve(context.Root, folder, destination.Length == 0 ? "." : destination);
        if (target is not null && Directory.Exists(context.FullPath(target)) && !IsFinishing(output, target))
        {
            target = RepositoryPath.Join(target, RepositoryPath.NameOf(output.Path));
        }

        if (target is null || target.Length == 0)
        {
            throw new DvcException($"'{destination}' lies outside the repository '{context.Root}'.");
        }

        var isOwnName = RepositoryPath.NameOf(metafile.Path) == RepositoryPath.NameOf(output.Path) + ".dvc";
        var plan = new MovePlan(output, metafile, target, isOwnName ? target + ".dvc" : metafile.Path, NewContent(metafile, output, target, isOwnName));
        Check(plan, destination);
        return plan;
    }

    // Killed after the data was moved, the command is repeated: the data is at its new place already.
    private bool IsFinishing(TrackedOutput output, string target) =>
        !Path.Exists(context.FullPath(output.Path)) && File.Exists(context.FullPath(target + ".dvc")) && !catalog.Outputs.Any(o => o.Path != target && RepositoryPath.IsInside(o.Path, target));

    private byte[] NewContent(DvcMetafile metafile, TrackedOutput output, string target, bool isOwnName)
    {
        if (isOwnName)
        {
            return MetafileUpdate.Move(metafile, output.Position, RepositoryPath.NameOf(target), isNewFile: true);
        }

        var wdir = Path.GetFullPath(Path.Combine(context.Root, RepositoryPath.FolderOf(metafile.Path), (metafile.Document!.Find("wdir") as YamlScalar)?.Text ?? ""));
        var text = Path.GetRelativePath(wdir, context.FullPath(target)).Replace(Path.DirectorySeparatorChar, '/');
        return MetafileUpdate.Move(metafile, output.Position, text, isNewFile: false);
    }

    private void Check(MovePlan plan, string destination)
    {
        var (target, problems) = (plan.NewPath, new List<string>());
        var name = RepositoryPath.NameOf(target);
        if (name.EndsWith(".dvc", StringComparison.Ordinal) || name is "dvc.yaml" || name.AsSpan().ContainsAny('\u0085', '\u2028', '\u2029'))
        {
            problems.Add($"'{target}' is no name for data: it is that of a file of DVC, or holds a line separator that DVC reads back wrongly.");
        }

        if (new IgnoreRules(context.Root, skipsNestedRepositories: false).IsIgnored(target, isFolder: false, out var source))
        {
            problems.Add($"'{target}' is ignored by {source}. Change that line, or choose another name.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(context.FullPath(target))))
        {
            problems.Add($"'{destination}' lies in a folder that does not exist. Make it first.");
        }

        for (var above = RepositoryPath.FolderOf(target); above.Length > 0; above = RepositoryPath.FolderOf(above))
        {
            if (PosixFiles.Stamp(context.FullPath(above), followLinks: false).Kind == FileKind.SymbolicLink)
            {
                problems.Add($"'{above}' is a symbolic link: nothing is moved through it.");
            }
        }

        var isThere = PosixFiles.Stamp(context.FullPath(target), followLinks: false).Kind != FileKind.Missing;
        var isMoved = isThere && plan.HasNewMetafile && !Path.Exists(context.FullPath(plan.Output.Path)) && HasContent(plan.NewMetafilePath, plan.NewMetafile);
        if (isThere && !isMoved)
        {
            problems.Add($"'{target}' exists. Move it away, or choose another name.");
        }

        if (plan.HasNewMetafile && File.Exists(context.FullPath(plan.NewMetafilePath)) && !HasContent(plan.NewMetafilePath, plan.NewMetafile))
        {
            problems.Add($"'{plan.NewMetafilePath}' exists. Move it away, or choose another name.");
        }

        foreach (var other in catalog.Outputs.Where(o => o.MetafilePath != plan.NewMetafilePath && (RepositoryPath.IsInside(target, o.Path) || RepositoryPath.IsInside(o.Path, target) || o.Path == target)))
        {
            problems.Add($"'{target}' would lie in, hold or be '{other.Path}', which is tracked by '{other.MetafilePath}'.");
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    private bool HasContent(string path, byte[] content) => File.Exists(context.FullPath(path)) && File.ReadAllBytes(context.FullPath(path)).AsSpan().SequenceEqual(content);
}
