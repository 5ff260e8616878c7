using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using Workflow.Data.Tables;

namespace Workflow.PublicApi.Tests;

/// <summary>A table as a user would write one: numbers and their squares, computed while they are read.</summary>
internal sealed class SquaresTable(int rows, MemoryAllocator allocator) : TableSource
{
    private const int BatchRows = 64;

    public override Schema Schema { get; } = new(
        [new Field("n", Int64Type.Default, nullable: false), new Field("square", DoubleType.Default, nullable: false)], metadata: null);

    public override long? RowCount => rows;

    public override string Describe() => "table of squares";

    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = new Schema(columns.Select(i => Schema.FieldsList[i]), metadata: null);
        for (var start = 0; start < rows; start += BatchRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            var numbers = Enumerable.Range(start, Math.Min(BatchRows, rows - start)).ToList();
            yield return new RecordBatch(schema, columns.Select(i => Column(i, numbers)), numbers.Count);
        }
    }

    private IArrowArray Column(int column, List<int> numbers) => column == 0
        ? new Int64Array.Builder().AppendRange(numbers.Select(n => (long)n)).Build(allocator)
        : new DoubleArray.Builder().AppendRange(numbers.Select(n => (double)n * n)).Build(allocator);
}
