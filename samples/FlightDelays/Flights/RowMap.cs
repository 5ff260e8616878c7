using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Workflow.Data.Tables;

namespace FlightDelays.Flights;

/// <summary>A table made from another, batch by batch.</summary>
/// <param name="inner">What is read.</param>
/// <param name="schema">The columns that <paramref name="map"/> makes.</param>
/// <param name="map">Makes a batch of another (borrowed) and the position of its first row; null to leave the batch out.</param>
internal sealed class RowMap(TableSource inner, Schema schema, Func<RecordBatch, long, RecordBatch?> map) : TableSource
{
    /// <inheritdoc/>
    public override Schema Schema => schema;

    /// <inheritdoc/>
    public override long? RowCount => null;

    /// <inheritdoc/>
    public override string Describe() => $"rows made from {inner.Describe()}";

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = new Schema([.. columns.Select(c => schema.FieldsList[c])], schema.Metadata);
        var position = 0L;
        await foreach (var batch in inner.ReadAsync(cancellationToken: cancellationToken))
        {
            using (batch)
            {
                var first = position;
                position += batch.Length;
                using var made = map(batch, first);
                if (made is { Length: > 0 })
                {
                    yield return new RecordBatch(wanted, columns.Select(c => Columns.Share(made.Column(c))), made.Length);
                }
            }
        }
    }
}
