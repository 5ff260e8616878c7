using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>What is never garbage: the pins of a call and the lines of <c>.dvc/pins</c>.</summary>
internal sealed class PinFile
{
    private PinFile(IReadOnlyList<string> revisions, IReadOnlySet<string> objects) => (Revisions, Objects) = (revisions, objects);

    public IReadOnlyList<string> Revisions { get; }

    /// <summary>Gets ids, with <c>.dir</c> for lists of files.</summary>
    public IReadOnlySet<string> Objects { get; }

    public static PinFile Read(RepositoryContext context, IReadOnlyList<string> more)
    {
        var path = Path.Combine(context.DvcFolder, "pins");
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        var pins = lines.Select(static l => l.Split('#')[0].Trim()).Concat(more.Select(static m => m.Trim())).Where(static p => p.Length > 0).ToList();
        var objects = pins.Where(static p => ObjectId.TryParse(p, isLegacy: false, out _)).ToHashSet(StringComparer.Ordinal);
        var revisions = pins.Where(p => !objects.Contains(p)).ToList();
        return revisions.Count > 0 && context.Git is null
            ? throw new DvcException($"The pins {string.Join(", ", revisions.Select(static r => $"'{r}'"))} are revisions, but the repository is not in git. Pin ids of objects.")
            : new PinFile(revisions, objects);
    }
}
