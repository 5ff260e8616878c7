using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.PublicApi.Tests;

public sealed class SquaresTableTests
{
    private readonly CountingAllocator _allocator = new();

    [Fact]
    public async Task A_table_of_ones_own_is_read_by_name_again_and_again()
    {
        var table = new SquaresTable(200, _allocator);
        for (var pass = 0; pass < 2; pass++)
        {
            var squares = new List<double>();
            await foreach (var batch in table.ReadAsync(["square"], TestContext.Current.CancellationToken))
            {
                using (batch)
                {
                    Assert.Equal(["square"], batch.Schema.FieldsList.Select(f => f.Name));
                    squares.AddRange(((DoubleArray)batch.Column(0)).Values);
                }
            }

            Assert.Equal(Enumerable.Range(0, 200).Select(n => (double)n * n), squares);
        }

        _allocator.RequireEmpty();
    }

    [Fact]
    public void The_base_refuses_wrong_columns_before_the_table_is_asked()
    {
        var table = new SquaresTable(10, _allocator);
        var error = Assert.Throws<SchemaMismatchException>(() => table.ReadAsync(["cube", "n", "root"]));
        Assert.Equal(["cube", "root"], error.Differences.Select(d => d.Column));
        Assert.Contains("table of squares", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => table.ReadAsync(["n", "n"]));
        Assert.Throws<ArgumentException>(() => table.ReadAsync([]));
    }

    [Fact]
    public async Task It_goes_through_Parquet_unchanged()
    {
        var path = Path.Combine(Path.GetTempPath(), $"workflow-squares-{Guid.NewGuid():n}.parquet");
        try
        {
            var table = new SquaresTable(1000, _allocator);
            await ParquetTable.WriteAsync(path, table, cancellationToken: TestContext.Current.CancellationToken);
            var copy = await ParquetTable.OpenAsync(path, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(
                await TableDigest.ComputeAsync(table, cancellationToken: TestContext.Current.CancellationToken),
                await TableDigest.ComputeAsync(copy, cancellationToken: TestContext.Current.CancellationToken));
            _allocator.RequireEmpty();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
