using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Joins.Spilling;

/// <summary>Estimates what a join holds in memory.</summary>
internal static class JoinSize
{
    private const int TextBytes = 40;

    // Keys, times, sorted copies of both, and places.
    private const int RowBytes = 48;

    /// <summary>Gives bytes; the largest number where only reading tells.</summary>
    public static long Estimate(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources)
    {
        var total = Estimate(labels.Rows, labels.Keep ?? [.. labels.Rows.Schema.FieldsList.Select(static f => f.Name)], 8 * service.FeatureNames.Length);
        foreach (var group in service.Views.GroupBy(static v => v.View.Source))
        {
            var required = new ColumnRequirements();
            foreach (var view in group)
            {
                ColumnRequirements.OfSource(view.View, required);
            }

            total = Sum(total, Estimate(sources[group.Key], required.Names, 0));
        }

        return total;
    }

    private static long Estimate(TableSource table, IReadOnlyList<string> columns, long more) =>
        table.RowCount is { } rows ? rows * (RowBytes + more + columns.Sum(c => Width(table.Schema, c))) : long.MaxValue;

    private static long Sum(long a, long b) => a == long.MaxValue || b == long.MaxValue ? long.MaxValue : a + b;

    private static long Width(Schema schema, string column) => schema.GetFieldIndex(column) is var index and >= 0 ? Width(schema.FieldsList[index].DataType) : 0;

    private static long Width(IArrowType type) => type switch
    {
        FixedSizeListType list => list.ListSize * Width(list.ValueDataType),
        FixedWidthType fixedWidth and not DictionaryType => Math.Max(1, fixedWidth.BitWidth / 8),
        _ => TextBytes,
    };
}
