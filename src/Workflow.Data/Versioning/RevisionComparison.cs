using System.Collections.Immutable;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>Compares two states of the tracked data by the rules of <c>dvc diff</c>: file by file, folders that are tracked as a whole, too.</summary>
/// <param name="roots">The paths to report on, and all below them.</param>
/// <param name="cache">Asked for the objects of the old state; null: not asked.</param>
internal sealed class RevisionComparison(IReadOnlyCollection<string> roots, ObjectCache? cache)
{
    private readonly List<DataEntry> _added = [];
    private readonly List<DataEntry> _deleted = [];
    private readonly List<DataDiffEntry> _modified = [];
    private readonly List<DataDiffEntry> _missing = [];

    /// <summary>Compares; used once.</summary>
    public DataDiffResult Run(DataTree old, DataTree current)
    {
        Visit(old, current, isAsked: false, isUnknown: false);
        var renamed = RenameDetection.Take(_added, _deleted);
        return new DataDiffResult
        {
            Added = Sorted(_added.Select(static e => new DataDiffEntry { Path = e.Shown, Hash = e.Id })),
            Deleted = Sorted(_deleted.Select(static e => new DataDiffEntry { Path = e.Shown, Hash = e.Id })),
            Modified = Sorted(_modified),
            Renamed = Sorted(renamed.Select(static r => new DataDiffEntry { Path = r.Old.Shown, NewPath = r.New.Shown, Hash = r.Old.Id })),
            NotInCache = Sorted(_missing),
            IsAgainstWorkspace = cache is not null,
        };
    }

    private static ImmutableArray<DataDiffEntry> Sorted(IEnumerable<DataDiffEntry> entries) => [.. entries.OrderBy(static e => e.Path, CodePointComparer.Instance)];

    private void Visit(DataTree? old, DataTree? current, bool isAsked, bool isUnknown)
    {
        foreach (var name in (old?.Children.Keys ?? []).Union(current?.Children.Keys ?? [], StringComparer.Ordinal))
        {
            var before = old?.Children.GetValueOrDefault(name);
            var after = current?.Children.GetValueOrDefault(name);
            var isInside = isAsked || roots.Contains((before?.Entry ?? after?.Entry)?.Path, StringComparer.Ordinal);
            if (isInside && !isUnknown)
            {
                Compare(before?.Entry, after?.Entry);
            }

            Visit(before, after, isInside, isUnknown || before?.IsUnreadable == true || after?.IsUnreadable == true);
        }
    }

    private void Compare(DataEntry? before, DataEntry? after)
    {
        // A folder that is tracked only as a part of another, or that only holds others, is not shown itself.
        if (before is { IsFolder: true, Id: null } || after is { IsFolder: true, Id: null })
        {
            return;
        }

        if (before is null)
        {
            _added.Add(after!);
        }
        else if (after is null)
        {
            _deleted.Add(before);
        }
        else if (before.IsFolder != after.IsFolder || !before.HasContentOf(after))
        {
            _modified.Add(new DataDiffEntry { Path = before.Shown, Hash = before.Id, NewHash = after.Id });
        }

        // The content of a folder that was imported without it is never there; that of a file may be, under its id.
        if (cache is not null && before?.Id is { } id && ((before.Partial is not null && before.IsFolder) || !cache.Contains(id, before.IsLegacy)))
        {
            _missing.Add(new DataDiffEntry { Path = before.Shown, Hash = id });
        }
    }
}
