using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Features.Online.Stores;

/// <summary>The one rule of which rows a store's table may take and give: those of its own definition, with its own column types.</summary>
public static class OnlineDefinition
{
    /// <summary>Requires that a table's state is that of a definition.</summary>
    /// <param name="table">The definition.</param>
    /// <param name="state">What the store knows; null for nothing.</param>
    /// <param name="schema">The column types to be written; null where they are only read.</param>
    /// <exception cref="OnlineStoreException">It is not; says what to do.</exception>
    public static OnlineTableState Require(OnlineTable table, OnlineTableState? state, Schema? schema = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (state is null)
        {
            throw new OnlineStoreException(OnlineStoreFault.NothingWritten, $"The online store has no table '{table.Name}' of view '{table.View.Name}': nothing was written yet. Materialise the view first.");
        }

        if (state.Digest != table.Digest)
        {
            throw new OnlineStoreException(OnlineStoreFault.OtherDefinition, $"The online table '{table.Name}' was written by another definition of view '{table.View.Name}': expected {table.Digest}, got {state.Digest}. Materialise the view again with its definition replaced, or use the definition that the store was written by.");
        }

        if (schema is not null && Differences(state.Schema, schema) is { Length: > 0 } differences)
        {
            throw new OnlineStoreException(OnlineStoreFault.OtherDefinition, $"The online table '{table.Name}' has other column types: {differences}. Materialise the view again with its definition replaced, or cast the source.");
        }

        return state;
    }

    private static string Differences(Schema stored, Schema written) => string.Join(", ", written.FieldsList
        .Select(f => (Field: f, Index: stored.GetFieldIndex(f.Name)))
        .Where(p => p.Index < 0 || TableSchema.Describe(stored.FieldsList[p.Index].DataType) != TableSchema.Describe(p.Field.DataType))
        .Select(p => $"'{p.Field.Name}' expected {(p.Index < 0 ? "not there" : TableSchema.Describe(stored.FieldsList[p.Index].DataType))}, got {TableSchema.Describe(p.Field.DataType)}"));
}
