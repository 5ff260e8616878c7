using System.Collections.Immutable;

namespace Workflow.Data.Registry;

/// <summary>Turns a model's assignment rows, in order of alias and generation, into what callers see. An alias that was taken away is history only.</summary>
internal static class AliasHistory
{
    public static ImmutableArray<AliasAssignment> Current(ImmutableArray<AssignmentRow> rows) =>
        [.. rows.GroupBy(r => r.Alias, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Of([.. g], g.Key)[^1]).Where(a => a.Version > 0)];

    public static ImmutableArray<AliasAssignment> Of(ImmutableArray<AssignmentRow> rows, string alias)
    {
        var holders = rows.Where(r => r.Alias == alias).ToDictionary(r => r.Generation);
        return
        [
            .. holders.Values.OrderBy(r => r.Generation).Select(r => r.ToAssignment(
                holders.GetValueOrDefault(r.Generation - 1)?.Version,
                holders.GetValueOrDefault(r.RollbackGeneration ?? 0)?.Version)),
        ];
    }
}
