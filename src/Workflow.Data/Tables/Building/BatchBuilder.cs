using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Building;

/// <summary>Builds a batch from the arrays of its columns, without leaking any when one fails.</summary>
internal static class BatchBuilder
{
    public static RecordBatch Finish(Schema schema, IReadOnlyList<ArrayBuilder> columns, MemoryAllocator? allocator)
    {
        var rows = columns.Count == 0 ? 0 : columns[0].Rows;
        var arrays = new List<IArrowArray>(columns.Count);
        try
        {
            foreach (var column in columns)
            {
                arrays.Add(column.Finish(allocator));
            }

            return new RecordBatch(schema, arrays, rows);
        }
        catch
        {
            arrays.ForEach(a => a.Dispose());
            throw;
        }
    }
}
