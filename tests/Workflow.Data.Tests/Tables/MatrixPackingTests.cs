using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class MatrixPackingTests
{
    private static readonly IArrowType[] Numbers = [.. RandomTables.AllTypes.Where(t => t is BooleanType or FloatType or DoubleType or Int8Type or Int16Type or Int32Type or Int64Type or UInt8Type or UInt16Type or UInt32Type or UInt64Type)];

    [Fact]
    public void Agrees_with_one_value_at_a_time() =>
        Gen.Select(Gen.Long, Gen.Int[0, 700], Gen.Int[1, 40], Gen.Int[0, 9]).Sample(
            (seed, rows, width, skipped) =>
            {
                var random = new Philox(seed, "columns");
                var schema = new Schema([.. Enumerable.Range(0, width).Select(i => new Field($"c{i}", Numbers[random.NextInt32(Numbers.Length)], nullable: true))], null);
                using var whole = new RecordBatch(schema, schema.FieldsList.Select((f, i) => RandomTables.Column(f, rows + skipped, new Philox(seed, "values", (ulong)i))), rows + skipped);
                using var batch = whole.SliceShared(skipped, rows);

                var allocator = new CountingAllocator();
                using (var matrix = MatrixPacking.Pack(batch, [.. schema.FieldsList.Select(f => f.Name)], allocator))
                {
                    var actual = MatrixPacking.AsSpan(matrix);
                    Assert.Equal(rows * width, actual.Length);
                    for (var row = 0; row < rows; row++)
                    {
                        for (var column = 0; column < width; column++)
                        {
                            Assert.Equal(BitConverter.SingleToInt32Bits(Expected(batch.Column(column), row)), BitConverter.SingleToInt32Bits(actual[(row * width) + column]));
                        }
                    }
                }

                allocator.RequireEmpty();
            },
            iter: 60);

    [Fact]
    public void Columns_that_hold_no_numbers_are_all_listed()
    {
        using var table = RandomTables.Create(1, 3, 1);
        var batch = new RecordBatch(table.Schema, table.Schema.FieldsList.Select((f, i) => RandomTables.Column(f, 3, new Philox(1, "x", (ulong)i))), 3);
        var error = Assert.Throws<SchemaMismatchException>(() => MatrixPacking.Pack(batch, ["n4", "n11", "missing", "n13"]));
        Assert.Equal([("n11", "utf8"), ("missing", null), ("n13", "timestamp[us, UTC]")], error.Differences.Select(d => (d.Column, d.Actual)));
    }

    [Fact]
    public void A_view_of_a_slice_starts_at_the_slice()
    {
        var schema = new Schema([new Field("a", Int32Type.Default, false), new Field("b", Int32Type.Default, false)], null);
        using var batch = new RecordBatch(schema, [new Int32Array.Builder().AppendRange([1, 2, 3]).Build(), new Int32Array.Builder().AppendRange([10, 20, 30]).Build()], 3);
        using var matrix = MatrixPacking.Pack(batch, ["b", "a"]);
        using var slice = (FixedSizeListArray)ArrowArrayFactory.SliceShared(matrix, 1, 2);
        Assert.Equal([20f, 2, 30, 3], MatrixPacking.AsSpan(slice).ToArray());
    }

    // The definition: each value on its own, null as NaN.
    private static float Expected(IArrowArray column, int row) => column.IsNull(row) ? float.NaN : column switch
    {
        BooleanArray a => a.GetValue(row)!.Value ? 1 : 0,
        FloatArray a => a.GetValue(row)!.Value,
        DoubleArray a => (float)a.GetValue(row)!.Value,
        Int8Array a => a.GetValue(row)!.Value,
        Int16Array a => a.GetValue(row)!.Value,
        Int32Array a => a.GetValue(row)!.Value,
        Int64Array a => a.GetValue(row)!.Value,
        UInt8Array a => a.GetValue(row)!.Value,
        UInt16Array a => a.GetValue(row)!.Value,
        UInt32Array a => a.GetValue(row)!.Value,
        UInt64Array a => a.GetValue(row)!.Value,
        _ => throw new NotSupportedException(column.GetType().Name),
    };
}
