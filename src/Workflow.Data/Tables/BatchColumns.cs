using Apache.Arrow;

namespace Workflow.Data.Tables;

/// <summary>Takes the wanted columns out of a batch.</summary>
internal static class BatchColumns
{
    /// <summary>Gives a batch of exactly the columns of a schema, by name.</summary>
    /// <param name="batch">Disposed, whatever happens.</param>
    /// <param name="schema">Names and types; a nullable field takes a column that is never null.</param>
    /// <param name="component">What the batch comes from, for the message.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or of other types; all are listed.</exception>
    public static RecordBatch Take(RecordBatch batch, Schema schema, string component)
    {
        using (batch)
        {
            TableSchema.Require(schema, batch.Schema, component);
            return new RecordBatch(schema, [.. schema.FieldsList.Select(f => Share(batch.Column(batch.Schema.GetFieldIndex(f.Name))))], batch.Length);
        }
    }

    private static IArrowArray Share(IArrowArray array) => ArrowArrayFactory.BuildArray(array.Data.SliceShared(0, array.Length));
}
