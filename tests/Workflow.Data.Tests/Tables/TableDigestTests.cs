using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Storage;
using Workflow.Data.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class TableDigestTests
{
    [Fact]
    public Task Files_encodings_and_batches_do_not_matter() =>
        Gen.Select(Gen.Long, Gen.Int[0, 1500], Gen.Int[1, 3], Gen.Int[1, 500]).SampleAsync(
            async (seed, rows, batches, batchRows) =>
            {
                using var folder = new TemporaryFolder();
                using var table = RandomTables.Create(seed, rows, batches);
                await ParquetTable.WriteAsync(folder.File("t.parquet"), table, new ParquetWriteOptions { RowGroupRows = 700 });
                await ArrowIpcTable.WriteAsync(folder.File("t.arrow"), table);

                var expected = await TableDigest.ComputeAsync(table);
                Assert.Equal(expected, await TableDigest.ComputeAsync(await ParquetTable.OpenAsync(folder.File("t.parquet"), new ParquetReadOptions { BatchRows = batchRows })));
                Assert.Equal(expected, await TableDigest.ComputeAsync(await ParquetTable.OpenAsync(folder.File("t.parquet"), new ParquetReadOptions { DictionaryStrings = true })));
                Assert.Equal(expected, await TableDigest.ComputeAsync(await ArrowIpcTable.OpenAsync(folder.File("t.arrow"))));
            },
            iter: 20);

    [Fact]
    public async Task Every_difference_of_content_matters()
    {
        var digests = new[]
        {
            await OfAsync("a", Text("x", "yz")), await OfAsync("b", Text("x", "yz")), await OfAsync("a", Text("xy", "z")), await OfAsync("a", Text("x", null)), await OfAsync("a", Text(null, "x")),
            await OfAsync("a", Text("x", "")), await OfAsync("a", Text("", "x")), await OfAsync("a", Text("x")), await OfAsync("a", Text()),
            await OfAsync("a", new Int32Array.Builder().AppendRange([0, 0]).Build()), await OfAsync("a", new FloatArray.Builder().AppendRange([0f, 0f]).Build()), await OfAsync("a", new FloatArray.Builder().AppendRange([0f, -0f]).Build()),
        };
        Assert.Distinct(digests);
    }

    [Fact]
    public async Task All_NaN_are_one_value()
    {
        var other = BitConverter.Int64BitsToDouble(unchecked((long)0x7FF8_0000_0000_1234));
        Assert.Equal(await OfAsync("a", new DoubleArray.Builder().Append(double.NaN).Build()), await OfAsync("a", new DoubleArray.Builder().Append(other).Build()));
    }

    [Fact]
    public async Task The_order_of_columns_counts_and_can_be_given()
    {
        using var table = RandomTables.Create(3, 50, 1, [Int64Type.Default]);
        Assert.NotEqual(await TableDigest.ComputeAsync(table, ["n0", "r0"], TestContext.Current.CancellationToken), await TableDigest.ComputeAsync(table, ["r0", "n0"], TestContext.Current.CancellationToken));
    }

    // Computed from the documented format with Python's hashlib: the format of the digest is a contract, and every stored digest depends on it.
    [Fact]
    public async Task The_digest_of_a_known_table_never_changes() =>
        Assert.Equal("sha256:408a0bef313b1f86cd7ca8a9709c76f822282738de75ff67e85f6a3f049b9a4a", (await OfAsync("a", Text("x", null, "é"))).ToString());

    private static StringArray Text(params string?[] values)
    {
        var builder = new StringArray.Builder();
        foreach (var value in values)
        {
            builder.Append(value);
        }

        return builder.Build();
    }

    private static async Task<ContentDigest> OfAsync(string name, IArrowArray column)
    {
        var schema = new Schema([new Field(name, column.Data.DataType, true)], null);
        using var table = new BatchTable(schema, [new RecordBatch(schema, [column], column.Length)]);
        return await TableDigest.ComputeAsync(table);
    }
}
