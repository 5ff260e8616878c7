using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Workflow.Data.Tables;

namespace Workflow.Features.Joins.Spilling;

/// <summary>A table in a file that this process wrote. Safe for concurrent use: every pass opens the file for itself.</summary>
internal sealed class SpillTable(string path, Schema schema, long rows) : TableSource
{
    public override Schema Schema => schema;

    public override long? RowCount => rows;

    public string Path => path;

    public override string Describe() => $"spilled table '{path}' ({rows} rows)";

    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = new Schema([.. columns.Select(i => schema.FieldsList[i])], schema.Metadata);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new ArrowStreamReader(stream, leaveOpen: true);
            while (await reader.ReadNextRecordBatchAsync(cancellationToken).ConfigureAwait(false) is { } batch)
            {
                using (batch)
                {
                    // Columns of Arrow's reader are views of one block that only the batch owns: each gets memory of its own.
                    yield return new RecordBatch(wanted, [.. columns.Select(i => ArrowArrayFactory.BuildArray(batch.Column(i).Data.Clone()))], batch.Length);
                }
            }
        }
    }
}
