using System.Collections.Immutable;
using Apache.Arrow;

namespace Workflow.Data.Tables;

/// <summary>A table that can be read any number of times, as a stream of Arrow record batches.</summary>
/// <remarks>
/// <para>Safe for concurrent use: every call of <see cref="ReadAsync"/> is an independent pass over the same rows in the same order.</para>
/// <para>A batch that was read belongs to the reader, who disposes it. About 64 Ki rows a batch.</para>
/// </remarks>
public abstract class TableSource
{
    /// <summary>The number of rows that a batch has where nothing else decides: 65,536.</summary>
    public const int DefaultBatchRows = 65_536;

    /// <summary>Gets the columns, in order, with their Arrow types. Names are unique.</summary>
    public abstract Schema Schema { get; }

    /// <summary>Gets the number of rows, or null where only reading tells.</summary>
    public abstract long? RowCount { get; }

    /// <summary>Reads the table, or some of its columns.</summary>
    /// <param name="columns">The columns wanted, in the order wanted; null for all of them. Empty or repeated names are an error.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>Batches whose schema has exactly the wanted columns. The reader owns and disposes each.</returns>
    /// <exception cref="SchemaMismatchException">A wanted column does not exist; every such column is listed.</exception>
    public IAsyncEnumerable<RecordBatch> ReadAsync(IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default)
    {
        if (columns is null)
        {
            return ReadCoreAsync([.. Enumerable.Range(0, Schema.FieldsList.Count)], cancellationToken);
        }

        if (columns.Count == 0)
        {
            throw new ArgumentException("At least one column must be named; pass null to read all of them.", nameof(columns));
        }

        var repeated = columns.GroupBy(c => c, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        if (repeated.Count > 0)
        {
            throw new ArgumentException($"Each column can be named once; named more than once: {string.Join(", ", repeated)}.", nameof(columns));
        }

        return ReadCoreAsync(TableSchema.Resolve(Schema, columns, Describe()), cancellationToken);
    }

    /// <summary>Says in a few words what this table is, for messages: for example <c>Parquet file 'flights.parquet'</c>.</summary>
    public abstract string Describe();

    /// <summary>Reads the columns with these positions in <see cref="Schema"/>, in this order.</summary>
    /// <param name="columns">Valid positions, never empty.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    protected abstract IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, CancellationToken cancellationToken);
}
