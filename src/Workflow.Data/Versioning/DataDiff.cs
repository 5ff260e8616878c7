using System.Collections.Immutable;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>Compares two states of the tracked data by the rules of <c>dvc data status</c>.</summary>
/// <param name="isGranular">Whether to look into folders that are tracked as a whole.</param>
/// <param name="targets">Paths to report on; empty: all.</param>
internal sealed class DataDiff(bool isGranular, IReadOnlyList<string> targets)
{
    private readonly List<string> _modified = [];
    private readonly List<string> _unknown = [];
    private readonly List<DataEntry> _added = [];
    private readonly List<DataEntry> _deleted = [];
    private readonly Dictionary<DataEntry, DataEntry> _replaced = new(ReferenceEqualityComparer.Instance);

    /// <summary>Gets the paths whose content is the same in both.</summary>
    public HashSet<string> Unchanged { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the entries of the old state that were compared and have content: those that should be in the cache.</summary>
    public List<DataEntry> Compared { get; } = [];

    /// <summary>Compares; used once.</summary>
    public DataChanges Run(DataTree old, DataTree current)
    {
        Visit(old, current, isUnknown: false);
        var renamed = RenameDetection.Take(_added, _deleted);
        return new DataChanges
        {
            Modified = Sorted(_modified),
            Added = Sorted(_added.Select(static e => e.Shown)),
            Deleted = Sorted(_deleted.Select(d => _replaced.GetValueOrDefault(d) is { IsFolder: true } ? d.Path + "/" : d.Shown)),
            Renamed = [.. renamed.Select(static r => new DataRename { Old = r.Old.Shown, New = r.New.Shown })],
            Unknown = Sorted(_unknown),
        };
    }

    public static ImmutableArray<string> Sorted(IEnumerable<string> paths) => [.. paths.Order(CodePointComparer.Instance)];

    private void Visit(DataTree? old, DataTree? current, bool isUnknown)
    {
        var names = (old?.Children.Keys ?? []).Union(current?.Children.Keys ?? [], StringComparer.Ordinal);
        foreach (var name in names)
        {
            var before = old?.Children.GetValueOrDefault(name);
            var after = current?.Children.GetValueOrDefault(name);
            Compare(before?.Entry, after?.Entry, isUnknown);

            // Without --granular a folder that is tracked as a whole is not entered on its side.
            var entersOld = isGranular || before?.Entry?.Id is null;
            var entersNew = isGranular || after?.Entry?.Id is null;
            if (before?.Children.Count > 0 || after?.Children.Count > 0)
            {
                var isBelowUnknown = isUnknown || (entersOld && before?.IsUnreadable == true) || (entersNew && after?.IsUnreadable == true);
                Visit(entersOld ? before : null, entersNew ? after : null, isBelowUnknown);
            }
        }
    }

    private void Compare(DataEntry? before, DataEntry? after, bool isUnknown)
    {
        if ((before ?? after) is not { } any || !IsAskedFor(any.Path))
        {
            return;
        }

        if (isUnknown)
        {
            if (after is not null)
            {
                _unknown.Add(after.Shown);
            }
        }
        else if (before?.Id is null && after?.Id is not null)
        {
            _added.Add(after);
        }
        else if (before?.Id is not null && after?.Id is null)
        {
            _deleted.Add(before);
            if (after is not null)
            {
                _replaced[before] = after;
            }
        }
        else if (before?.Id is null || after?.Id is null)
        {
            return;
        }
        else if (before.HasContentOf(after))
        {
            Unchanged.Add(after.Shown);
        }
        else
        {
            _modified.Add(after.Shown);
        }

        if (before?.Id is not null && !(isUnknown && after is null))
        {
            Compared.Add(before);
        }
    }

    private bool IsAskedFor(string path) => targets.Count == 0 || targets.Any(t => path == t || RepositoryPath.IsInside(path, t));
}
