using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Stages;

/// <summary>The stages that a command means, of <c>dvc.yaml</c> and <c>.dvc</c> files alike.</summary>
/// <param name="context">The repository.</param>
/// <param name="folder">Where targets start from, absolute.</param>
internal sealed class StageSelection(RepositoryContext context, string folder)
{
    /// <summary>Gets all stages: of <c>.dvc</c> files by their names, then of pipelines in their order.</summary>
    public List<StageView> All(OutputCatalog catalog) =>
    [
        .. catalog.Metafiles.Values.OrderBy(static m => m.Path, CodePointComparer.Instance).Select(m => StageView.Of(context.Root, m)),
        .. catalog.Stages.Select(s => StageView.Of(context.Root, s)),
    ];

    /// <summary>Finds the stages of targets, each once for each of its outputs that was named, or once as a whole.</summary>
    /// <param name="all">All stages.</param>
    /// <param name="targets">None: all stages.</param>
    /// <param name="isRecursive">Whether a folder means everything in it.</param>
    /// <param name="withDependencies">Whether the stages that make what these read are meant, too.</param>
    /// <exception cref="DvcException">Every target that nothing has the name of.</exception>
    public IReadOnlyList<SelectedStage> Find(IReadOnlyList<StageView> all, IReadOnlyList<string> targets, bool isRecursive, bool withDependencies)
    {
        if (targets.Count == 0)
        {
            return [.. all.Select(static s => new SelectedStage(s, OutputPath: null))];
        }

        var finder = new StageTargets(context.Root, folder, all, isRecursive);
        var found = new List<SelectedStage>();
        var problems = new List<string>();
        foreach (var target in targets)
        {
            try
            {
                var (stages, output) = finder.Find(target);
                found.AddRange(stages.Select(s => new SelectedStage(s, output)));
            }
            catch (DvcException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }

        if (withDependencies)
        {
            var selected = found.Select(static f => f.Stage).ToHashSet(ReferenceEqualityComparer.Instance);
            for (var i = 0; i < found.Count; i++)
            {
                found.AddRange(all.Where(s => Makes(s, found[i].Stage) && selected.Add(s)).Select(static s => new SelectedStage(s, OutputPath: null)));
            }
        }

        return found;
    }

    private static bool Makes(StageView maker, StageView user) => user.Dependencies.Any(d => d.Path is { } path && maker.Outputs.Any(o => o.Path is { } made
        && (made == path || RepositoryPath.IsInside(path, made) || RepositoryPath.IsInside(made, path))));
}
