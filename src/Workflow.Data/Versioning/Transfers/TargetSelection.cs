using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>What the targets of a transfer mean. Not thread-safe.</summary>
internal sealed class TargetSelection
{
    private readonly List<(string Given, string Path)> _targets = [];
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private readonly bool _isRecursive;

    /// <exception cref="DvcException">A target lies outside the repository.</exception>
    public TargetSelection(RepositoryContext context, IReadOnlyList<string> targets, string? workingDirectory, bool isRecursive)
    {
        _isRecursive = isRecursive;
        var folder = workingDirectory is null ? context.Root : Path.GetFullPath(workingDirectory);
        foreach (var target in targets)
        {
            _targets.Add((target, RepositoryPath.TryResolve(context.Root, folder, target.Length == 0 ? "." : target)
                ?? throw new DvcException($"'{target}' lies outside the repository '{context.Root}'.")));
        }
    }

    public bool IsEverything => _targets.Count == 0;

    /// <summary>Picks the outputs that targets name, with the part that is wanted.</summary>
    public IEnumerable<NeededOutput> Select(TrackedOutput output)
    {
        var parts = Parts(output).Select(p => new NeededOutput(output, p)).ToList();
        return parts is [{ Inside: null } whole, ..] ? [whole] : parts;
    }

    /// <summary>Whether targets name an output or a part of it.</summary>
    public bool Names(TrackedOutput output) => Parts(output).Count > 0;

    private List<string?> Parts(TrackedOutput output)
    {
        if (IsEverything)
        {
            return [null];
        }

        var parts = new List<string?>();
        foreach (var (given, path) in _targets)
        {
            if (path == output.Path || path == output.MetafilePath || IsStage(output, given) || (_isRecursive && (RepositoryPath.IsInside(output.Path, path) || RepositoryPath.IsInside(output.MetafilePath, path))))
            {
                _found.Add(given);
                parts.Insert(0, null);
            }
            else if (output.IsFolder && RepositoryPath.IsInside(path, output.Path))
            {
                _found.Add(given);
                parts.Add(path[(output.Path.Length + 1)..]);
            }
        }

        return parts;
    }

    // "name" also stands for "name@item" of a stage that is repeated.
    private static bool IsStage(TrackedOutput output, string given)
    {
        var name = given.StartsWith("dvc.yaml:", StringComparison.Ordinal) ? given["dvc.yaml:".Length..] : given;
        return output.StageName is { } stage && (stage == name || stage.StartsWith(name + "@", StringComparison.Ordinal));
    }

    /// <summary>Refuses targets that named nothing.</summary>
    public void ThrowIfUnknown()
    {
        var unknown = _targets.Where(t => !_found.Contains(t.Given)).Select(static t => $"'{t.Given}' is neither tracked nor a file of DVC with outputs. Name an output, a part of one or its .dvc file.").ToList();
        if (unknown.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. unknown]);
        }
    }
}
