using Apache.Arrow;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>Answers one table of a query from memory.</summary>
internal static class EmbeddedRead
{
    public static OnlineRowSet Of(OnlineTableRead wanted, EmbeddedTable? table, OnlineQuery query)
    {
        var rows = query.Keys.Length;
        var found = new byte[]?[rows];
        var statuses = new FeatureStatus[rows * wanted.Features.Length];
        var times = new long[rows];
        var layout = default(RowLayout);
        if (rows > 0 && table is not null)
        {
            layout = Find(wanted, table, query, found);
        }

        var isOther = layout is not null && layout.Digest != wanted.Table.Digest;
        for (var row = 0; row < rows; row++)
        {
            var status = found[row] is not { } bytes ? FeatureStatus.NotFound
                : isOther || bytes.Length == 0 ? FeatureStatus.OtherDefinition
                : wanted.Table.StatusAt(RowLayout.EventTime(bytes), RowLayout.Available(bytes), query.AtMicroseconds);
            times[row] = found[row] is { Length: > 0 } stored && !isOther && status != FeatureStatus.NotFound ? RowLayout.EventTime(stored) : long.MinValue;
            found[row] = status == FeatureStatus.Present ? found[row] : null;
            statuses.AsSpan(row * wanted.Features.Length, wanted.Features.Length).Fill(status);
        }

        return new OnlineRowSet { Values = Values(wanted, isOther ? null : layout, found, statuses), Statuses = statuses, EventMicroseconds = times };
    }

    // Rows and their layout are of one moment: under another definition every row is replaced.
    private static RowLayout? Find(OnlineTableRead wanted, EmbeddedTable table, OnlineQuery query, byte[]?[] found)
    {
        var keys = new KeyWriter(wanted.Table.View.Entity, query.Keys);
        var layout = table.Layout;
        for (var row = 0; row < found.Length; row++)
        {
            if (keys.TryWrite(row, out var key))
            {
                found[row] = table.Find(key, out var at);
                found[row] = at == layout ? found[row] : EmbeddedTable.OtherDefinition;
            }
        }

        return layout;
    }

    private static System.Collections.Immutable.ImmutableArray<IArrowArray> Values(OnlineTableRead wanted, RowLayout? layout, byte[]?[] found, FeatureStatus[] statuses)
    {
        var values = new IArrowArray[wanted.Features.Length];
        for (var f = 0; f < values.Length; f++)
        {
            var column = layout is null ? -1 : layout.Schema.GetFieldIndex(wanted.Features[f]);
            var type = wanted.Schema.FieldsList[f].DataType;
            var fits = column >= 0 && SameType(layout!.Types[column], type);
            for (var row = 0; row < found.Length; row++)
            {
                ref var status = ref statuses[(row * values.Length) + f];
                status = status != FeatureStatus.Present ? status
                    : !fits ? FeatureStatus.Invalid
                    : RowLayout.IsNull(found[row], column) ? FeatureStatus.NullValue
                    : status;
            }

            values[f] = fits ? layout!.Column(found, column) : Nulls(type, found.Length);
        }

        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(values);
    }

    private static bool SameType(Apache.Arrow.Types.IArrowType a, Apache.Arrow.Types.IArrowType b) =>
        ReferenceEquals(a, b) || a.TypeId == b.TypeId && Data.Tables.TableSchema.Describe(a) == Data.Tables.TableSchema.Describe(b);

    private static IArrowArray Nulls(Apache.Arrow.Types.IArrowType type, int rows)
    {
        var column = new OnlineColumn(type, rows);
        for (var row = 0; row < rows; row++)
        {
            column.AppendNull();
        }

        return column.Build();
    }
}
