using Workflow.Data.Tables;
using Workflow.Repository;

namespace Workflow.Data.Tests.Tables;

public sealed class RealFileTests
{
    [Theory]
    [InlineData("data/flights/flights-3m.parquet", 3_000_000, 5)]
    [InlineData("data/performance/employment_MA_reference.parquet", null, null)]
    [InlineData("data/performance/employment_MA_analysis.parquet", null, null)]
    [InlineData("data/performance/employment_MA_analysis_target.parquet", null, null)]
    public async Task Real_files_are_read_whole(string file, int? rows, int? columns)
    {
        var table = await ParquetTable.OpenAsync(SharedFolder.Require(file));
        var read = 0L;
        await foreach (var batch in table.ReadAsync())
        {
            using (batch)
            {
                read += batch.Length;
            }
        }

        Assert.Equal(rows ?? table.RowCount, read);
        Assert.Equal(columns ?? table.Schema.FieldsList.Count, table.Schema.FieldsList.Count);
    }

    [Fact]
    public async Task Every_Parquet_file_of_the_peers_is_read_as_Arrow_reads_it_or_refused_naming_its_columns()
    {
        var files = Directory.GetFiles(SharedFolder.Require("golden"), "*.parquet", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        var refused = 0;
        foreach (var file in files)
        {
            ParquetTable table;
            try
            {
                table = await ParquetTable.OpenAsync(file);
            }
            catch (SchemaMismatchException e)
            {
                Assert.All(e.Differences, d => Assert.NotNull(d.Actual));
                refused++;
                continue;
            }

            var rows = await TableValues.ReadAsync(table);
            Assert.Equal(table.RowCount, rows.Count);
            CompareWithArrow(file, table, rows);
        }

        // Two of the feature store's files have lists.
        Assert.InRange(refused, 0, 4);
    }

    private static void CompareWithArrow(string file, ParquetTable table, List<string?[]> rows)
    {
        using var reader = new ParquetSharp.ParquetFileReader(file);
        Assert.Equal(table.RowCount, reader.FileMetaData.NumRows);
        using var arrow = new ParquetSharp.Arrow.FileReader(file);
        var same = Enumerable.Range(0, table.Schema.FieldsList.Count)
            .Where(i => TableSchema.Describe(table.Schema.FieldsList[i].DataType) == TableSchema.Describe(arrow.Schema.FieldsList[i].DataType))
            .ToList();
        using var batches = arrow.GetRecordBatchReader();
        var row = 0;
        while (batches.ReadNextRecordBatchAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult() is { } batch)
        {
            using (batch)
            {
                for (var i = 0; i < batch.Length; i++, row++)
                {
                    foreach (var c in same)
                    {
                        Assert.Equal(TableValues.Value(batch.Column(c), i), rows[row][c]);
                    }
                }
            }
        }
    }
}
