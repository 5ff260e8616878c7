using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class MatrixTableTests
{
    private static readonly Schema Rows = new([new("label", StringType.Default, true), new("a", Int64Type.Default, true), new("b", DoubleType.Default, true), new("c", BooleanType.Default, true)], null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Named_columns_become_one_row_major_matrix_after_the_others()
    {
        var allocator = new CountingAllocator();
        using (var rows = new BatchTable(Rows, [Batch(allocator), Batch(allocator)]))
        {
            var table = new MatrixTable(rows, ["b", "a"], "x");
            Assert.Equal(["label", "c", "x"], table.Schema.FieldsList.Select(static f => f.Name));
            Assert.Equal(4, table.RowCount);
            await foreach (var batch in table.ReadAsync(null, Cancel))
            {
                using (batch)
                {
                    Assert.Equal([0.5f, 1, float.NaN, float.NaN], MatrixPacking.AsSpan((FixedSizeListArray)batch.Column("x")).ToArray());
                    Assert.Equal("l", ((StringArray)batch.Column("label")).GetString(0));
                }
            }

            await foreach (var batch in table.ReadAsync(["x", "label"], Cancel))
            {
                using (batch)
                {
                    Assert.Equal(["x", "label"], batch.Schema.FieldsList.Select(static f => f.Name));
                    Assert.Equal(4, MatrixPacking.AsSpan((FixedSizeListArray)batch.Column(0)).Length);
                }
            }

            await foreach (var batch in table.ReadAsync(["c"], Cancel))
            {
                using (batch)
                {
                    Assert.Equal(1, batch.ColumnCount);
                }
            }
        }

        allocator.RequireEmpty();
    }

    [Fact]
    public void What_is_no_matrix_is_refused_with_every_difference()
    {
        using var rows = new BatchTable(Rows, []);
        Assert.Equal(["label", "d"], Assert.Throws<SchemaMismatchException>(() => new MatrixTable(rows, ["label", "a", "d"], "x")).Differences.Select(static d => d.Column));
        Assert.Throws<ArgumentException>(() => new MatrixTable(rows, [], "x"));
        Assert.Throws<ArgumentException>(() => new MatrixTable(rows, ["a", "a"], "x"));
        Assert.Throws<ArgumentException>(() => new MatrixTable(rows, ["a"], "b"));
    }

    private static RecordBatch Batch(CountingAllocator allocator) => new(
        Rows,
        [
            new StringArray.Builder().Append("l").AppendNull().Build(allocator), new Int64Array.Builder().Append(1).AppendNull().Build(allocator),
            new DoubleArray.Builder().Append(0.5).AppendNull().Build(allocator), new BooleanArray.Builder().Append(true).AppendNull().Build(allocator),
        ],
        2);
}
