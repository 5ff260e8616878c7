using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;
using Xunit;

namespace Workflow.Testing.Features;

/// <summary>Which values and keys every <see cref="IOnlineStore"/> has to give back exactly. Derive a public test class from it.</summary>
public abstract class OnlineValueConformance
{
    private const long T = 1_709_640_000_000_000;

    /// <summary>Gives an empty store, which the test disposes.</summary>
    protected abstract ValueTask<IOnlineStore> CreateAsync();

    /// <summary>Bits, not approximations.</summary>
    [Fact]
    public async Task Values_of_every_type_come_back_bit_for_bit()
    {
        var nan = BitConverter.Int64BitsToDouble(unchecked((long)0xfff8000000000123));
        await Round("i64", new Int64Array.Builder().AppendRange([long.MinValue, -1, 0, 9_007_199_254_740_993, long.MaxValue]).AppendNull().Build());
        await Round("i32", new Int32Array.Builder().AppendRange([int.MinValue, -1, 0, 1, int.MaxValue]).AppendNull().Build());
        await Round("i16", new Int16Array.Builder().AppendRange([short.MinValue, -1, 0, 1, short.MaxValue]).AppendNull().Build());
        await Round("i8", new Int8Array.Builder().AppendRange([sbyte.MinValue, -1, 0, 1, sbyte.MaxValue]).AppendNull().Build());
        await Round("u32", new UInt32Array.Builder().AppendRange([0, 1, int.MaxValue, 1u + int.MaxValue, uint.MaxValue]).AppendNull().Build());
        await Round("u16", new UInt16Array.Builder().AppendRange([0, 1, 2, 3, ushort.MaxValue]).AppendNull().Build());
        await Round("u8", new UInt8Array.Builder().AppendRange([0, 1, 2, 3, byte.MaxValue]).AppendNull().Build());
        await Round("f64", new DoubleArray.Builder().AppendRange([nan, -0.0, double.PositiveInfinity, double.Epsilon, 0.1]).AppendNull().Build());
        await Round("f32", new FloatArray.Builder().AppendRange([float.NaN, -0f, float.NegativeInfinity, float.Epsilon, 0.1f]).AppendNull().Build());
        await Round("b", new BooleanArray.Builder().AppendRange([true, false, true, true, false]).AppendNull().Build());
        await Round("s", new StringArray.Builder().AppendRange(["", "a", "nul\0", "Ünï🔑", new string('x', 5_000)]).AppendNull().Build());
        await Round("y", new BinaryArray.Builder().Append([]).Append([0]).Append([0xff, 0]).Append([1]).Append(new byte[300]).AppendNull().Build());
        await Round("t_us", Times(TimeUnit.Microsecond, [-1, 0, 1, T + 999_999, T]));
        await Round("t_ms", Times(TimeUnit.Millisecond, [-1, 0, 1, T / 1000, 1_000]));
        await Round("t_s", Times(TimeUnit.Second, [-1, 0, 1, T / 1_000_000, 7]));
        await Round("d32", new Date32Array.Builder().Append(new DateTime(1969, 12, 31)).Append(new DateTime(1970, 1, 1)).Append(new DateTime(2024, 2, 29)).AppendNull().AppendNull().AppendNull().Build());
    }

    /// <summary>Lists keep their lengths: none is not null.</summary>
    [Fact]
    public async Task Lists_come_back_with_empty_ones_apart_from_null()
    {
        await Round("l_f64", Lists(new DoubleArray.Builder(), static (b, v) => b.Append(v == 3 ? double.NaN : v), DoubleType.Default));
        await Round("l_i64", Lists(new Int64Array.Builder(), static (b, v) => b.Append(v == 3 ? long.MinValue : v), Int64Type.Default));
        await Round("l_i32", Lists(new Int32Array.Builder(), static (b, v) => b.Append(-v), Int32Type.Default));
        await Round("l_f32", Lists(new FloatArray.Builder(), static (b, v) => b.Append(v / 3f), FloatType.Default));
        await Round("l_b", Lists(new BooleanArray.Builder(), static (b, v) => b.Append(v % 2 == 0), BooleanType.Default));
        await Round("l_s", Lists(new StringArray.Builder(), static (b, v) => b.Append(v == 0 ? "" : $"é{v}"), StringType.Default));
        await Round("l_y", Lists(new BinaryArray.Builder(), static (b, v) => b.Append(new byte[v]), BinaryType.Default));
    }

    /// <summary>Keys of every type, and of several columns, stay apart.</summary>
    [Fact]
    public async Task Keys_of_every_type_find_their_own_row_and_no_other()
    {
        await Keys([new EntityKey("k")], new StringArray.Builder().AppendRange(["", "a", "1001", "é", "A", "a\0"]).Build());
        await Keys([new EntityKey("k", EntityKeyType.Int32)], new Int32Array.Builder().AppendRange([0, -1, int.MinValue, 1001]).Build());
        await Keys([new EntityKey("k", EntityKeyType.Int64)], new Int64Array.Builder().AppendRange([0, -1, long.MinValue, 1001, 1L << 32]).Build());
        await Keys([new EntityKey("k", EntityKeyType.Bytes)], new BinaryArray.Builder().Append([]).Append([0]).Append([0, 0]).Append([255]).Build());
        await Keys([new EntityKey("k", EntityKeyType.Guid)], new FixedSizeBinaryArray(new ArrayData(new FixedSizeBinaryType(16), 2, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray())])));
        await Keys(
            [new EntityKey("b"), new EntityKey("a"), new EntityKey("c", EntityKeyType.Int64)],
            new StringArray.Builder().AppendRange(["a", "ab", "", "abc", "a"]).Build(),
            new StringArray.Builder().AppendRange(["bc", "c", "abc", "", "bc"]).Build(),
            new Int64Array.Builder().AppendRange([1, 1, 1, 1, 2]).Build());
        await Keys([]);
    }

    /// <summary>A narrow integer is the same key; a dictionary is its text.</summary>
    [Fact]
    public async Task Narrow_integers_and_dictionaries_are_the_same_keys()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(7, T, 1, 1));
        using var narrow = new RecordBatch(new Schema([new Field("driver_id", Int32Type.Default, false)], null), [new Int32Array.Builder().Append(7).Append(8).Build()], 2);
        using var set = await OnlineDrafts.ReadAsync(store, table, OnlineDrafts.StatsSchema, (narrow, T));
        Assert.Equal([FeatureStatus.Present, FeatureStatus.Present, FeatureStatus.NotFound, FeatureStatus.NotFound], set.Statuses.ToArray());

        var named = OnlineDrafts.Only(FeatureView.Define("named", "s").Entity("name").EventTime("at", EqualTimeRule.Include).Latest("x", "x").Latest("n", "n").Build());
        await store.SaveAsync(named, OnlineDrafts.State(named, OnlineDrafts.StatsSchema));
        var encoded = new DictionaryArray(new DictionaryType(Int32Type.Default, StringType.Default, false), new Int32Array.Builder().Append(1).Append(0).Build(), new StringArray.Builder().Append("x").Append("y").Build());
        using var keys = new RecordBatch(new Schema([new Field("name", encoded.Data.DataType, false)], null), [encoded], 2);
        using var values = new RecordBatch(OnlineDrafts.StatsSchema, [new DoubleArray.Builder().Append(1).Append(2).Build(), new Int64Array.Builder().Append(1).Append(2).Build()], 2);
        await store.WriteAsync(new OnlineRows(named, keys, values, new OnlineTimes(new[] { T, T }, new[] { T, T })));
        using var plain = new RecordBatch(new Schema([new Field("name", StringType.Default, false)], null), [new StringArray.Builder().Append("x").Append("y").Build()], 2);
        using var read = await OnlineDrafts.ReadAsync(store, named, OnlineDrafts.StatsSchema, (plain, T));
        Assert.Equal([2, 1], ((DoubleArray)read.Values[0]).ToArray());
    }

    private static TimestampArray Times(TimeUnit unit, long[] values) =>
        new(new TimestampType(unit, "UTC"), new ArrowBuffer.Builder<long>().AppendRange(values).Append(0).Build(), new ArrowBuffer(new byte[] { 0b011111 }), values.Length + 1, 1, 0);

    private static ListArray Lists<TArray, TBuilder>(IArrowArrayBuilder<TArray, TBuilder> items, Action<TBuilder, int> append, IArrowType type)
        where TArray : IArrowArray
        where TBuilder : IArrowArrayBuilder<TArray, TBuilder>
    {
        foreach (var value in new[] { 0, 1, 2, 3, 4 })
        {
            append((TBuilder)items, value);
        }

        var values = items.Build(default);
        return new ListArray(new ListType(new Field("item", type, false)), 4, new ArrowBuffer.Builder<int>().AppendRange([0, 4, 4, 4, 5]).Build(), values, new ArrowBuffer(new byte[] { 0b1101 }), 1);
    }

    private async Task Round(string name, IArrowArray values)
    {
        await using var store = await CreateAsync();
        var view = FeatureView.Define(name, "s").Entity(new Entity("e", new EntityKey("id", EntityKeyType.Int64))).EventTime("at", EqualTimeRule.Include).Latest(name, name).Build();
        var table = OnlineDrafts.Only(view);
        var schema = new Schema([new Field(name, values.Data.DataType, true)], null);
        await store.SaveAsync(table, OnlineDrafts.State(table, schema));
        using var keys = Ids(values.Length);
        using var batch = new RecordBatch(schema, [values], values.Length);
        var times = Enumerable.Repeat(T, values.Length).ToArray();
        await store.WriteAsync(new OnlineRows(table, keys, batch, new OnlineTimes(times, times)));
        using var set = await OnlineDrafts.ReadAsync(store, table, schema, (keys, T));
        var read = Assert.Single(set.Values);
        Assert.Equal(values.Data.DataType.TypeId, read.Data.DataType.TypeId);
        for (var row = 0; row < values.Length; row++)
        {
            Assert.Equal((name, row, values.IsNull(row) ? FeatureStatus.NullValue : FeatureStatus.Present), (name, row, set.Statuses.Span[row]));
            Assert.Equal((name, row, Cell(values, row)), (name, row, Cell(read, row)));
        }
    }

    private async Task Keys(EntityKey[] keys, params IArrowArray[] columns)
    {
        await using var store = await CreateAsync();
        var entity = keys.Length == 0 ? Entity.WithoutKeys("all") : new Entity("e", [.. keys]);
        var table = OnlineDrafts.Only(FeatureView.Define("v", "s").Entity(entity).EventTime("at", EqualTimeRule.Include).Latest("x", "x").Latest("n", "n").Build());
        await store.SaveAsync(table, OnlineDrafts.State(table, OnlineDrafts.StatsSchema));
        var rows = columns.Length == 0 ? 1 : columns[0].Length;
        using var batch = new RecordBatch(new Schema([.. keys.Select((k, i) => new Field(k.Name, columns[i].Data.DataType, false))], null), columns, rows);
        var xs = new DoubleArray.Builder();
        var ns = new Int64Array.Builder();
        for (var row = 0; row < rows; row++)
        {
            xs.Append(row);
            ns.Append(row);
        }

        using var values = new RecordBatch(OnlineDrafts.StatsSchema, [xs.Build(), ns.Build()], rows);
        var times = Enumerable.Repeat(T, rows).ToArray();
        Assert.Equal(new OnlineWriteResult(rows, 0), await store.WriteAsync(new OnlineRows(table, batch, values, new OnlineTimes(times, times))));
        using var set = await OnlineDrafts.ReadAsync(store, table, OnlineDrafts.StatsSchema, (batch, T));
        Assert.Equal(Enumerable.Range(0, rows).Select(static r => (long?)r), ((Int64Array)set.Values[1]).ToArray());
    }

    private static RecordBatch Ids(int count) => new(
        new Schema([new Field("id", Int64Type.Default, false)], null),
        [new Int64Array.Builder().AppendRange(Enumerable.Range(0, count).Select(static i => (long)i)).Build()],
        count);

    private static string Cell(IArrowArray array, int row) => array switch
    {
        _ when array.IsNull(row) => "null",
        ListArray list => $"[{string.Join(',', Enumerable.Range(list.ValueOffsets[row], list.GetValueLength(row)).Select(i => Cell(list.Values, i)))}]",
        BooleanArray flags => flags.GetValue(row) is true ? "true" : "false",
        BinaryArray texts => Convert.ToHexString(texts.GetBytes(row)),
        _ => Convert.ToHexString(array.Data.Buffers[1].Span.Slice((array.Data.Offset + row) * (((FixedWidthType)array.Data.DataType).BitWidth / 8), ((FixedWidthType)array.Data.DataType).BitWidth / 8)),
    };
}
