using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Features.Joins.Spilling;

/// <summary>Splits a table into one file a partition; within a partition the rows keep their order.</summary>
internal static class SplitTable
{
    /// <summary>Reads a table once and splits it.</summary>
    /// <param name="source">The table.</param>
    /// <param name="columns">The columns to keep.</param>
    /// <param name="target">Where to, and what each row is assigned by.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>One table a partition.</returns>
    public static async Task<SpillTable[]> RunAsync(TableSource source, IReadOnlyList<string> columns, Target target, CancellationToken cancellationToken)
    {
        var schema = new Schema(
            [.. columns.Select(c => source.Schema.GetFieldByName(c)).Select(static f => new Field(f.Name, RowPicker.Result(f.DataType), nullable: true, f.Metadata))],
            source.Schema.Metadata);
        var writers = new List<SpillWriter>();
        try
        {
            for (var partition = 0; partition < target.Partitions; partition++)
            {
                writers.Add(new SpillWriter(target.Folder, $"{target.Name}-{partition}.arrow", schema));
            }

            byte[] assigned = [];
            await foreach (var batch in source.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    if (assigned.Length < batch.Length)
                    {
                        assigned = new byte[batch.Length];
                    }

                    var partitions = assigned.AsMemory(0, batch.Length);
                    target.Keys.Assign(batch, partitions.Span);
                    target.Assigned?.Add(partitions.ToArray());
                    await WriteAsync(batch, partitions, writers, cancellationToken).ConfigureAwait(false);
                }
            }

            var tables = new SpillTable[writers.Count];
            for (var partition = 0; partition < tables.Length; partition++)
            {
                tables[partition] = await writers[partition].FinishAsync(cancellationToken).ConfigureAwait(false);
            }

            return tables;
        }
        finally
        {
            foreach (var writer in writers)
            {
                await writer.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task WriteAsync(RecordBatch batch, ReadOnlyMemory<byte> partitions, List<SpillWriter> writers, CancellationToken cancellationToken)
    {
        var keys = new int[batch.Length];
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = partitions.Span[row];
        }

        var groups = new KeyGroups(keys, writers.Count);
        var pickers = Enumerable.Range(0, batch.ColumnCount).Select(c => new RowPicker(batch.Column(c).Data.DataType, [batch.Column(c)])).ToArray();
        try
        {
            for (var partition = 0; partition < writers.Count; partition++)
            {
                if (groups[partition].Length > 0)
                {
                    using var part = new RecordBatch(writers[partition].Schema, [.. pickers.Select(p => ArrowArrayFactory.BuildArray(p.Pick(groups[partition])))], groups[partition].Length);
                    await writers[partition].WriteAsync(part, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            System.Array.ForEach(pickers, static p => p.Dispose());
        }
    }

    /// <summary>Where the parts go.</summary>
    /// <param name="Folder">The folder.</param>
    /// <param name="Name">The beginning of the files' names.</param>
    /// <param name="Keys">Assigns the rows.</param>
    /// <param name="Partitions">How many partitions.</param>
    internal sealed record Target(SpillFolder Folder, string Name, KeyPartitions Keys, int Partitions)
    {
        /// <summary>Gets where to note the partition of each row, batch by batch; null for nowhere.</summary>
        public List<byte[]>? Assigned { get; init; }
    }
}
