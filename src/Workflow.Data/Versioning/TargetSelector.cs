using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>Finds what the targets of a command mean: outputs, parts of outputs, metafiles, stages, folders of metafiles.</summary>
/// <param name="context">The repository.</param>
/// <param name="catalog">All that is tracked.</param>
/// <param name="workingFolder">Where relative targets start.</param>
internal sealed class TargetSelector(RepositoryContext context, OutputCatalog catalog, string workingFolder)
{
    private const string PipelineName = "dvc.yaml";

    /// <summary>Finds the outputs.</summary>
    /// <param name="targets">None: all outputs.</param>
    /// <param name="isRecursive">Whether a folder stands for all metafiles in it.</param>
    /// <returns>Each output once.</returns>
    /// <exception cref="DvcException">Every target that means nothing.</exception>
    public IReadOnlyList<SelectedOutput> Select(IReadOnlyList<string> targets, bool isRecursive)
    {
        if (targets.Count == 0)
        {
            return [.. catalog.Outputs.Select(static o => new SelectedOutput(o, []))];
        }

        var found = new List<SelectedOutput>();
        var problems = new List<string>();
        foreach (var target in targets)
        {
            if (Find(target, isRecursive) is { } outputs)
            {
                found.AddRange(outputs);
            }
            else
            {
                problems.Add($"'{target}' is no output, .dvc file or stage. workflow data status --unchanged names what is tracked.");
            }
        }

        return problems.Count > 0
            ? throw new DvcException(DvcErrorKind.BadInput, [.. problems])
            : [.. found.GroupBy(static f => (f.Output.Path, f.Output.MetafilePath)).Select(static g => new SelectedOutput(g.First().Output, g.Any(static f => f.IsWhole) ? [] : [.. g.SelectMany(static f => f.Parts)]))];
    }

    private IEnumerable<SelectedOutput>? Find(string target, bool isRecursive)
    {
        var stage = StageOf(target, out var file);
        var path = RepositoryPath.TryResolve(context.Root, workingFolder, file.Length == 0 ? "." : file);
        if (path is null)
        {
            return null;
        }

        if (stage is not null || IsMetafile(path))
        {
            return InMetafile(path, stage);
        }

        if (isRecursive && Directory.Exists(context.FullPath(path)))
        {
            return Whole(catalog.Outputs.Where(o => RepositoryPath.IsInside(o.MetafilePath, path)));
        }

        var pipeline = RepositoryPath.TryResolve(context.Root, workingFolder, PipelineName);
        if (pipeline is not null && Whole(catalog.Outputs.Where(o => o.MetafilePath == pipeline && IsStage(o, target))) is { Count: > 0 } named)
        {
            return named;
        }

        return catalog.FindCovering(path) is { } output ? [new SelectedOutput(output, output.Path == path ? [] : [path])] : null;
    }

    private List<SelectedOutput>? InMetafile(string path, string? stage)
    {
        var isKnown = catalog.Metafiles.ContainsKey(path) || (RepositoryPath.NameOf(path) == PipelineName && File.Exists(context.FullPath(path)));
        var outputs = Whole(catalog.Outputs.Where(o => o.MetafilePath == path && (stage is null || IsStage(o, stage))));
        return isKnown && (stage is null || outputs.Count > 0) ? outputs : null;
    }

    // "name" also stands for "name@item" of a stage that is repeated.
    private static bool IsStage(TrackedOutput output, string name) =>
        output.StageName is { } stage && (stage == name || stage.StartsWith(name + "@", StringComparison.Ordinal));

    private static List<SelectedOutput> Whole(IEnumerable<TrackedOutput> outputs) => [.. outputs.Select(static o => new SelectedOutput(o, []))];

    private static bool IsMetafile(string path) => path.EndsWith(".dvc", StringComparison.Ordinal) && RepositoryPath.NameOf(path) != ".dvc" || RepositoryPath.NameOf(path) == PipelineName;

    private static string? StageOf(string target, out string file)
    {
        var colon = target.LastIndexOf(':');
        var isStage = colon >= 0 && (colon == 0 || target[..colon].EndsWith(PipelineName, StringComparison.Ordinal) || target[..colon].EndsWith(".dvc", StringComparison.Ordinal));
        file = !isStage ? target : colon == 0 ? PipelineName : target[..colon];
        return isStage ? target[(colon + 1)..] : null;
    }
}
