namespace Workflow.Data.Versioning.Stages;

/// <summary>Finds the stages that targets name, as DVC does: a <c>.dvc</c> or <c>dvc.yaml</c> file, a stage, a folder, or an output.</summary>
/// <param name="root">The repository's root.</param>
/// <param name="folder">Where targets start from.</param>
/// <param name="stages">All stages.</param>
/// <param name="isRecursive">Whether a folder means everything in it.</param>
internal sealed class StageTargets(string root, string folder, IReadOnlyList<StageView> stages, bool isRecursive)
{
    private const string Suffix = ".dvc";

    /// <summary>Finds the stages of one target.</summary>
    /// <returns>The stages, and the full path of the output when the target named one: only that output is asked for.</returns>
    /// <exception cref="DvcException">Nothing has that name.</exception>
    public (IReadOnlyList<StageView> Stages, string? Output) Find(string target)
    {
        var full = Path.GetFullPath(target, folder);
        var isFolder = isRecursive && Directory.Exists(full);
        var (file, name) = Split(target);
        if (file is not null && IsFile(file))
        {
            return (InFile(file, name), null);
        }

        if (isFolder)
        {
            var inside = RepositoryPath.TryResolve(root, folder, target) ?? throw new DvcException($"'{target}' lies outside the repository '{root}'.");
            return ([.. stages.Where(s => RepositoryPath.IsInside(s.FilePath, inside))], null);
        }

        if (TryFindInFile(PipelineReader.FileName, target) is { Count: > 0 } named)
        {
            return (named, null);
        }

        var holders = stages.Where(s => s.Outputs.Any(o => o.FullPath == full || full.StartsWith(o.FullPath + Path.DirectorySeparatorChar, StringComparison.Ordinal))).ToList();
        return holders.Count switch
        {
            1 => (holders, full),
            0 => throw new DvcException($"'{target}' is neither an output nor a stage in '{PipelineReader.FileName}', nor a .dvc file."),
            _ => throw new DvcException($"'{target}' is an output of several: {string.Join(", ", holders.Select(static h => $"'{h.FilePath}'"))}. Name one of these files."),
        };
    }

    /// <summary>Splits <c>path:name@key</c>; a colon behind the first @ belongs to the key.</summary>
    /// <returns>A file, a stage, or both; a name alone may also be that of an output.</returns>
    /// <exception cref="DvcException">It is a lock file.</exception>
    public static (string? File, string? Name) Split(string target)
    {
        var at = target.IndexOf('@', StringComparison.Ordinal);
        var head = at < 0 ? target : target[..at];
        var key = at < 0 ? "" : target[at..];
        var colon = head.LastIndexOf(':');
        if (colon >= 0 && head.AsSpan(colon).IndexOfAny('/', '\\') < 0)
        {
            return (colon == 0 ? PipelineReader.FileName : head[..colon], head[(colon + 1)..] + key);
        }

        if (Path.GetFileName(head) == PipelineReader.LockName)
        {
            throw new DvcException($"'{target}' is a lock file. Name '{head[..^PipelineReader.LockName.Length]}{PipelineReader.FileName}' instead.");
        }

        return IsFile(target) ? (target, null) : (null, target);
    }

    private static bool IsFile(string path) => path.EndsWith(Suffix, StringComparison.Ordinal) || Path.GetFileName(path) == PipelineReader.FileName;

    private List<StageView> InFile(string file, string? name)
    {
        if (!File.Exists(Path.GetFullPath(file, folder)))
        {
            throw new DvcException($"The file '{file}' does not exist.");
        }

        var found = TryFindInFile(file, name);
        return found.Count > 0 || string.IsNullOrEmpty(name) ? found : throw new DvcException($"There is no stage '{name}' in '{file}'.");
    }

    private List<StageView> TryFindInFile(string file, string? name)
    {
        var path = RepositoryPath.TryResolve(root, folder, file);
        return [.. stages.Where(s => s.FilePath == path && (string.IsNullOrEmpty(name) || s.Metafile is not null || s.Stage!.Name == name || s.Stage.Group == name))];
    }
}
