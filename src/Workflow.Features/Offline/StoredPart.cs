using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Features.Offline;

/// <summary>Some columns of a stored partition, with the metadata of definitions, which Parquet files do not hold.</summary>
internal sealed class StoredPart(TableSource stored, Schema schema) : TableSource
{
    public override Schema Schema => schema;

    public override long? RowCount => stored.RowCount;

    public override string Describe() => stored.Describe();

    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = new Schema([.. columns.Select(i => schema.FieldsList[i])], null);
        await foreach (var batch in stored.ReadAsync([.. wanted.FieldsList.Select(static f => f.Name)], cancellationToken).ConfigureAwait(false))
        {
            yield return new RecordBatch(wanted, batch.Arrays, batch.Length);
        }
    }
}
