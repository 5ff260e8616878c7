using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>Rows to write into one table of a store: keys, values and times, checked. Borrows its batches.</summary>
public sealed class OnlineRows
{
    /// <summary>Checks rows.</summary>
    /// <param name="table">The table.</param>
    /// <param name="keys">The columns of the entity's keys under the entity's names. Without nulls; no column for an entity without keys.</param>
    /// <param name="values">One column a feature, in the order of <see cref="OnlineTable.Features"/>; nulls are values. Says how many rows there are.</param>
    /// <param name="times">The times of each row.</param>
    /// <exception cref="SchemaMismatchException">A column is missing, too much or of a type that cannot be kept; every difference is listed.</exception>
    /// <exception cref="ArgumentException">Lengths differ, a key is null or a time lies outside the years 1 to 9999; says which.</exception>
    public OnlineRows(OnlineTable table, RecordBatch keys, RecordBatch values, OnlineTimes times)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(times);
        CheckSchema(table, values.Schema);
        var required = new ColumnRequirements();
        required.Keys(table.View.Entity);
        required.Check(keys.Schema, $"keys of the online table '{table.Name}'");
        if ((table.View.Entity.Keys.Length > 0 && keys.Length != values.Length) || times.EventMicroseconds.Length != values.Length || times.AvailableMicroseconds.Length != values.Length)
        {
            throw new ArgumentException($"Expected as many keys and times as the {values.Length} rows of values for '{table.Name}', got {keys.Length} keys, {times.EventMicroseconds.Length} event times and {times.AvailableMicroseconds.Length} availabilities.", nameof(times));
        }

        CheckRows(table, keys, times);
        (Table, Keys, Values, Times) = (table, keys, values, times);
    }

    /// <summary>Gets the table.</summary>
    public OnlineTable Table { get; }

    /// <summary>Gets the key columns.</summary>
    public RecordBatch Keys { get; }

    /// <summary>Gets the features.</summary>
    public RecordBatch Values { get; }

    /// <summary>Gets the times.</summary>
    public OnlineTimes Times { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Count => Values.Length;

    private static void CheckSchema(OnlineTable table, Schema schema)
    {
        var differences = new List<SchemaDifference>();
        for (var i = 0; i < Math.Max(schema.FieldsList.Count, table.Features.Length); i++)
        {
            var expected = i < table.Features.Length ? table.Features[i] : null;
            var actual = i < schema.FieldsList.Count ? schema.FieldsList[i] : null;
            if (expected != actual?.Name || !RowPicker.Takes(actual!.DataType))
            {
                differences.Add(new SchemaDifference(expected ?? actual!.Name, expected is null ? null : $"column {i}, {RowPicker.Expected}", actual is null ? null : $"'{actual.Name}' of {TableSchema.Describe(actual.DataType)}"));
            }
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException($"values of the online table '{table.Name}'", [.. differences]);
        }
    }

    private static void CheckRows(OnlineTable table, RecordBatch keys, OnlineTimes times)
    {
        foreach (var key in table.View.Entity.Keys)
        {
            var column = keys.Column(key.Name);
            for (var row = 0; row < column.Length && column.NullCount > 0; row++)
            {
                if (column.IsNull(row))
                {
                    throw new ArgumentException($"Expected a key in every row for '{table.Name}', got null in column '{key.Name}', row {row}: a row without a key belongs to no entity.", nameof(keys));
                }
            }
        }

        var events = times.EventMicroseconds.Span;
        for (var row = 0; row < events.Length; row++)
        {
            if (!FeatureTime.IsInRange(events[row]))
            {
                throw new ArgumentException($"Expected event times of the years 1 to 9999 for '{table.Name}', got {events[row]} microseconds since 1970 in row {row}.", nameof(times));
            }
        }
    }
}
