using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Joins;

public sealed class LatestJoinTests
{
    private static readonly TimestampType Micros = new(TimeUnit.Microsecond, "UTC");

    [Fact]
    public async Task Keys_of_every_type_join_alone_and_together()
    {
        var guids = new[] { Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), Guid.Parse("00112233-4455-6677-8899-aabbccddee00") };
        IArrowArray[] keys =
        [
            new StringArray.Builder().Append("a").Append("b").AppendNull().Build(),
            new Int64Array.Builder().Append(1).Append(2).Append(3).Build(),
            new Int32Array.Builder().Append(1).Append(1).Append(1).Build(),
            Guids(guids[0], guids[1], guids[1]),
            new BinaryArray.Builder().Append((IEnumerable<byte>)[0, 1]).Append((IEnumerable<byte>)[]).Append((IEnumerable<byte>)[0]).Build(),
        ];
        string[] names = ["s", "l", "i", "g", "b"];
        EntityKeyType[] types = [EntityKeyType.String, EntityKeyType.Int64, EntityKeyType.Int32, EntityKeyType.Guid, EntityKeyType.Bytes];
        using var table = Table([.. names.Zip(keys), ("t", Times(1, 2, 3)), ("v", new Int64Array.Builder().Append(10).Append(20).Append(30).Build())]);
        for (var set = 1; set < 32; set++)
        {
            var chosen = Enumerable.Range(0, 5).Where(k => (set >> k & 1) == 1).ToArray();
            var view = FeatureView.Define("v", "e").Entity(new Entity("k", [.. chosen.Select(k => new EntityKey(names[k], types[k]))])).EventTime("t", EqualTimeRule.Include).Latest("v", "v").Build();
            using var joined = await JoinAsync(view, table, table);
            var values = (Int64Array)(await OneAsync(joined.Table)).Column("v.v");
            long?[] expected = set == 4 ? [10, 20, 30] : [10, 20, (set & 1) == 1 ? null : 30];
            Assert.Equal(expected, [values.GetValue(0), values.GetValue(1), values.GetValue(2)]);
        }
    }

    [Fact]
    public async Task Values_of_every_type_pass_through_exactly_across_batches()
    {
        IArrowArray[] values =
        [
            new StringArray.Builder().Append("x").Append("").AppendNull().Append("é").Build(),
            new Int64Array.Builder().Append((1L << 53) + 1).Append(long.MinValue).AppendNull().Append(long.MaxValue).Build(),
            new BooleanArray.Builder().Append(true).Append(false).AppendNull().Append(true).Build(),
            Times(5, 6, 7, 8),
            new DoubleArray.Builder().Append(double.NaN).Append(-0.0).AppendNull().Append(1).Build(),
            new BinaryArray.Builder().Append((IEnumerable<byte>)[1, 2]).Append((IEnumerable<byte>)[]).AppendNull().Append((IEnumerable<byte>)[3]).Build(),
            new ListArray(new ListType(Int64Type.Default), 4, new ArrowBuffer.Builder<int>().Append(0).Append(2).Append(2).Append(2).Append(3).Build(), new Int64Array.Builder().Append(7).Append(8).Append(9).Build(), new ArrowBuffer(new byte[] { 0b1011 }), 1),
        ];
        using var all = Table([("k", new Int64Array.Builder().Append(1).Append(2).Append(3).Append(4).Build()), ("t", Times(1, 1, 1, 1)), .. values.Select((v, i) => ($"c{i}", v))]);
        var whole = await OneAsync(all);
        using var events = new BatchTable(all.Schema, [whole.SliceShared(0, 1), whole.SliceShared(1, 2), whole.SliceShared(3, 1)]);
        using var labels = Table(("k", new Int64Array.Builder().Append(4).Append(9).Append(3).Append(2).Append(1).Append(4).Build()), ("t", Times(9, 9, 9, 9, 9, 9)));
        var builder = FeatureView.Define("v", "e").Entity(new Entity("k", new EntityKey("k", EntityKeyType.Int64))).EventTime("t");
        for (var i = 0; i < values.Length; i++)
        {
            builder.Latest($"c{i}", $"c{i}");
        }

        using var joined = await JoinAsync(builder.Build(), events, labels);
        var batch = await OneAsync(joined.Table);
        int?[] rows = [3, null, 2, 1, 0, 3];
        for (var i = 0; i < values.Length; i++)
        {
            var actual = batch.Column($"v.c{i}");
            Assert.Equal(values[i].Data.DataType.TypeId, actual.Data.DataType.TypeId);
            Assert.Equal(rows.Select(r => r is { } row ? Cell(values[i], row) : "null"), rows.Select((_, j) => Cell(actual, j)));
        }
    }

    [Fact]
    public async Task Time_to_live_counts_from_the_query_with_both_ends_and_says_so()
    {
        using var events = Table(("k", Ones(2)), ("t", Times(100, 90)), ("v", Ones(2)));
        using var labels = Table(("k", new Int64Array.Builder().Append(1).Append(1).Append(1).Append(2).AppendNull().Build()), ("t", Times(110, 111, 50, 110, 110)));
        var view = FeatureView.Define("v", "e").Entity(new Entity("k", new EntityKey("k", EntityKeyType.Int64))).EventTime("t").TimeToLive(TimeSpan.FromMicroseconds(10)).Latest("v", "v").Build();
        using var joined = await JoinAsync(view, events, labels);
        Assert.Equal([FeatureStatus.Present, FeatureStatus.OutsideMaxAge, FeatureStatus.NotFound, FeatureStatus.NotFound, FeatureStatus.NotFound], joined.Statuses("v.v"));
        Assert.Throws<ArgumentException>(() => joined.Statuses("v.w"));
    }

    [Fact]
    public async Task A_condition_hides_rows_from_its_feature_only()
    {
        using var events = Table(("k", Ones(3)), ("t", Times(1, 2, 3)), ("v", new Int64Array.Builder().Append(5).AppendNull().Append(-1).Build()));
        using var labels = Table(("k", Ones(1)), ("t", Times(9)));
        var view = FeatureView.Define("v", "e").Entity(new Entity("k", new EntityKey("k", EntityKeyType.Int64))).EventTime("t")
            .Latest("all", "v").Latest("positive", "v", "v > 0")
            .Feature(new WindowedFeature("n", Aggregate.Count(), null) { Where = Expression.Parse("v > 0") }).AllHistory("every", Aggregate.Count()).Build();
        using var joined = await JoinAsync(view, events, labels);
        var batch = await OneAsync(joined.Table);
        Assert.Equal(["-1", "5", "1", "3"], new[] { "v.all", "v.positive", "v.n", "v.every" }.Select(n => Cell(batch.Column(n), 0)));
        Assert.Equal(["k", "t", "v.n", "v.every", "v.all", "v.positive"], batch.Schema.FieldsList.Select(static f => f.Name));
    }

    [Fact]
    public async Task With_ties_only_an_aggregate_counts_what_is_known_later()
    {
        using var events = Table(("k", Ones(2)), ("t", Times(1, 2)), ("known", new TimestampArray.Builder(Micros).Append(DateTimeOffset.UnixEpoch.AddDays(1)).AppendNull().Build()));
        using var labels = Table(("k", Ones(1)), ("t", Times(2)));
        foreach (var (equal, rule, expected) in new[] { (EqualTimeRule.Include, AvailabilityRule.TiesOnly, "2"), (EqualTimeRule.Before, AvailabilityRule.TiesOnly, "1"), (EqualTimeRule.Include, AvailabilityRule.Enforce, "0") })
        {
            var view = FeatureView.Define("v", "e").Entity(new Entity("k", new EntityKey("k", EntityKeyType.Int64))).EventTime("t", equal).AvailableAt(Availability.FromColumn("known"), rule).AllHistory("n", Aggregate.Count()).Build();
            using var joined = await JoinAsync(view, events, labels);
            Assert.Equal(expected, Cell((await OneAsync(joined.Table)).Column("v.n"), 0));
        }
    }

    // Joins, and requires that the online store gives the same types, values and statuses.
    private static async Task<TrainingSet> JoinAsync(FeatureView view, TableSource events, TableSource labels)
    {
        var service = FeatureService.Define("s").View(view).Build();
        var joined = await new PointInTimeJoin(new LocalPartitionRunner(2)).RunAsync(service, new LabelTable(labels, "t"), new Dictionary<string, TableSource> { ["e"] = events }, TestContext.Current.CancellationToken);
        var online = new OnlineFeatures(service);
        await foreach (var batch in events.ReadAsync(null, TestContext.Current.CancellationToken))
        {
            await online.IngestAsync("e", batch, TestContext.Current.CancellationToken);
        }

        using var answer = await online.ReadAsync(await OneAsync(labels), "t", TestContext.Current.CancellationToken);
        var offline = await OneAsync(joined.Table);
        foreach (var name in service.FeatureNames)
        {
            var (expected, actual) = (offline.Column(name), answer.Values.Column(name));
            Assert.Equal(TableSchema.Describe(expected.Data.DataType), TableSchema.Describe(actual.Data.DataType));
            Assert.Equal(Enumerable.Range(0, offline.Length).Select(i => Cell(expected, i)), Enumerable.Range(0, offline.Length).Select(i => Cell(actual, i)));
            if (view.Latest.Any(f => name == "v." + f.Name))
            {
                Assert.Equal(joined.Statuses(name).Select((status, i) => status == FeatureStatus.Present && expected.IsNull(i) ? FeatureStatus.NullValue : status), answer.Statuses(name));
            }
        }

        return joined;
    }

    private static async Task<RecordBatch> OneAsync(TableSource table)
    {
        await foreach (var batch in table.ReadAsync(null, TestContext.Current.CancellationToken))
        {
            return batch;
        }

        throw new InvalidOperationException("The table is empty.");
    }

    private static string Cell(IArrowArray array, int i) => array switch
    {
        _ when array.IsNull(i) => "null",
        StringArray a => "'" + a.GetString(i),
        Int64Array a => $"{a.GetValue(i)}",
        BooleanArray a => $"{a.GetValue(i)}",
        TimestampArray a => $"{a.Values[i]}",
        DoubleArray a => $"{BitConverter.DoubleToInt64Bits(a.GetValue(i)!.Value)}",
        BinaryArray a => Convert.ToHexString(a.GetBytes(i)),
        ListArray a => string.Join(',', Enumerable.Range(0, a.GetSlicedValues(i).Length).Select(k => Cell(a.GetSlicedValues(i), k))),
        _ => throw new InvalidOperationException($"{array.GetType()}"),
    };

    private static BatchTable Table(params (string Name, IArrowArray Values)[] columns)
    {
        var schema = new Schema(columns.Select(static c => new Field(c.Name, c.Values.Data.DataType, nullable: true)), null);
        return new BatchTable(schema, [new RecordBatch(schema, columns.Select(static c => c.Values), columns[0].Values.Length)]);
    }

    private static Int64Array Ones(int count) => new Int64Array.Builder().AppendRange(Enumerable.Repeat(1L, count)).Build();

    private static TimestampArray Times(params long[] microseconds)
    {
        var builder = new TimestampArray.Builder(Micros);
        foreach (var time in microseconds)
        {
            builder.Append(DateTimeOffset.UnixEpoch.AddTicks(10 * time));
        }

        return builder.Build();
    }

    private static FixedSizeBinaryArray Guids(params Guid[] values) =>
        new(new ArrayData(new FixedSizeBinaryType(16), values.Length, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(values.SelectMany(static v => v.ToByteArray(bigEndian: true)).ToArray())]));
}
