using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Cli.Features;

/// <summary>A CSV file in memory that is called by its name.</summary>
internal sealed class TypedCsvTable(string path, BatchTable rows) : TableSource
{
    public override Schema Schema => rows.Schema;

    public override long? RowCount => rows.RowCount;

    public override string Describe() => $"CSV file '{path}'";

    protected override IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, CancellationToken cancellationToken) =>
        rows.ReadAsync([.. columns.Select(c => rows.Schema.FieldsList[c].Name)], cancellationToken);
}
