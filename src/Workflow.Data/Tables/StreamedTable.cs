using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;

namespace Workflow.Data.Tables;

/// <summary>A table whose batches the host supplies, for example from a service or a generator.</summary>
/// <remarks>As safe for concurrent use as the stream is. Every pass enumerates it anew: it must give the same rows in the same order each time.</remarks>
public sealed class StreamedTable : TableSource
{
    private readonly IAsyncEnumerable<RecordBatch> _batches;
    private readonly string _description;

    /// <summary>Names a stream.</summary>
    /// <param name="schema">The schema of every batch: names and types, in any order. A batch with other columns ends a pass with an error.</param>
    /// <param name="batches">Enumerated once a pass, whatever columns are wanted. Each batch is given up to this table.</param>
    /// <param name="description">What it is, for messages: for example <c>trips of the booking service</c>.</param>
    public StreamedTable(Schema schema, IAsyncEnumerable<RecordBatch> batches, string description)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        (Schema, _batches, _description) = (schema, batches, description);
    }

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override long? RowCount => null;

    /// <inheritdoc/>
    public override string Describe() => _description;

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = BatchTable.Project(Schema, columns);
        await foreach (var batch in _batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return BatchColumns.Take(batch, schema, Describe());
        }
    }
}
