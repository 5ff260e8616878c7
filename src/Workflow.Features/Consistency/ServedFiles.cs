using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Features.Consistency;

/// <summary>The files of a serving log of one definition, one after the other.</summary>
internal sealed class ServedFiles(string folder, ImmutableArray<TableSource> files) : TableSource
{
    public override Schema Schema => files[0].Schema;

    public override long? RowCount => null;

    public override string Describe() => $"serving log '{folder}' ({files.Length} files)";

    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = columns.Select(i => Schema.FieldsList[i].Name).ToList();
        var expected = new Schema([.. columns.Select(i => new Field(Schema.FieldsList[i].Name, Schema.FieldsList[i].DataType, nullable: true))], Schema.Metadata);
        foreach (var file in files)
        {
            TableSchema.Require(expected, file.Schema, Describe());
            await foreach (var batch in file.ReadAsync(names, cancellationToken).ConfigureAwait(false))
            {
                yield return batch;
            }
        }
    }
}
