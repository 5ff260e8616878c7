using CsCheck;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Testing.Features;
using Workflow.Testing.Tables;

namespace Workflow.Features.Tests.Joins;

public sealed class PointInTimeJoinTests
{
    [Fact]
    public Task Agrees_with_the_brute_force_join_bit_by_bit() =>
        Gen.Select(LogEvent.Log(60), LogEvent.Log(40), Gen.Int[1, 20]).SampleAsync(async (log, labels, batchRows) =>
        {
            using var events = LogEvent.Table(log, batchRows);
            using var rows = LogEvent.Table(labels, 21 - batchRows);
            var expected = await BruteForceJoin.RunAsync(TestServices.Everything, new LabelTable(rows, "date"), Sources(events));
            using var set = await new PointInTimeJoin().RunAsync(TestServices.Everything, new LabelTable(rows, "date"), Sources(events));
            Assert.Equal(labels.Length, set.Table.RowCount);
            Assert.Equal(expected, await FeatureRows.ReadAsync(set.Table, set.FeatureNames), Same);
        }, iter: 300);

    [Fact]
    public Task Every_kernel_agrees_with_the_brute_force_join_bit_by_bit() =>
        Gen.Select(LogEvent.Log(60), LogEvent.Log(40), Gen.Int[1, 20]).SampleAsync(async (log, labels, batchRows) =>
        {
            using var events = LogEvent.Table(log, batchRows);
            using var rows = LogEvent.Table(labels, 21 - batchRows);
            var expected = await BruteForceJoin.RunAsync(TestServices.AllKernels, new LabelTable(rows, "date"), Sources(events));
            using var set = await new PointInTimeJoin().RunAsync(TestServices.AllKernels, new LabelTable(rows, "date"), Sources(events));
            Assert.Equal(labels.Length, set.Table.RowCount);
            Assert.Equal(expected, await FeatureRows.ReadAsync(set.Table, set.FeatureNames), Same);
        }, iter: 60);

    [Fact]
    public Task Does_not_depend_on_the_order_of_events_or_the_workers() =>
        Gen.Select(LogEvent.Log(200), LogEvent.Log(100), Gen.Int).SampleAsync(async (log, labels, seed) =>
        {
            using var events = LogEvent.Table(log);
            using var shuffled = LogEvent.Table(TestRandom.Shuffle(log, seed), 13);
            using var rows = LogEvent.Table(labels);
            using var one = await new PointInTimeJoin().RunAsync(TestServices.Commutative, new LabelTable(rows, "date"), Sources(events));
            using var two = await new PointInTimeJoin(new LocalPartitionRunner(3)).RunAsync(TestServices.Commutative, new LabelTable(rows, "date"), Sources(shuffled));
            Assert.Equal(await FeatureRows.ReadAsync(one.Table, one.FeatureNames), await FeatureRows.ReadAsync(two.Table, one.FeatureNames), Same);
        }, iter: 50);

    [Fact]
    public async Task Larger_keys_take_the_radix_sort_and_agree_too()
    {
        var log = LogEvent.Log(1).Array[1500].Single(static _ => true, "0000000000001").SelectMany(static l => l).ToArray();
        var spread = log.Select((e, i) => e with { Date = e.Date * 1_000_003L * (i % 997), Known = e.Date * 1_000_003L * (i % 997) + i }).ToArray();
        using var events = LogEvent.Table(spread, 100);
        using var rows = LogEvent.Table([.. spread.Take(300)], 100);
        var expected = await BruteForceJoin.RunAsync(TestServices.Everything, new LabelTable(rows, "date"), Sources(events));
        using var set = await new PointInTimeJoin().RunAsync(TestServices.Everything, new LabelTable(rows, "date"), Sources(events));
        Assert.Equal(expected, await FeatureRows.ReadAsync(set.Table, set.FeatureNames), Same);
    }

    [Fact]
    public async Task Keeps_the_label_columns_and_carries_the_definitions_digests()
    {
        using var rows = LogEvent.Table([new LogEvent("A", "B", 50, 50) { Delay = 3 }]);
        using var set = await new PointInTimeJoin().RunAsync(TestServices.Commutative, new LabelTable(rows, "date") { Keep = ["delay", "origin"] }, Sources(rows));
        Assert.Equal(["delay", "origin", .. TestServices.Commutative.FeatureNames], set.Table.Schema.FieldsList.Select(static f => f.Name));
        var field = set.Table.Schema.GetFieldByName("routes.count_9us");
        Assert.Equal(TestServices.Routes.Digest.ToString(), field.Metadata[FeatureMetadata.ViewDigest]);
        Assert.Equal("routes", field.Metadata[FeatureMetadata.View]);
        Assert.Equal("1", field.Metadata[FeatureMetadata.ViewVersion]);
        Assert.Equal(TestServices.Commutative.Digest.ToString(), set.Table.Schema.Metadata[FeatureMetadata.ServiceDigest]);
    }

    [Fact]
    public async Task Disposing_the_result_frees_every_buffer_of_labels_and_features_also_after_a_failure()
    {
        var allocator = new CountingAllocator();
        var join = new PointInTimeJoin(null, allocator);
        using (var bad = LogEvent.Table([new LogEvent("A", "B", 1, 1) { Delay = long.MaxValue }], 9, allocator))
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => join.RunAsync(TestServices.Commutative, new LabelTable(bad, "date"), Sources(bad)));
        }

        allocator.RequireEmpty();
        using (var rows = LogEvent.Table([.. Enumerable.Range(0, 50).Select(static i => new LogEvent("A", "B", i, i))], 9, allocator))
        {
            using var set = await join.RunAsync(TestServices.AllKernels, new LabelTable(rows, "date") { Keep = ["delay"] }, Sources(rows));
            Assert.True(allocator.LiveBytes > 50 * 8 * set.FeatureNames.Length);
            _ = await FeatureRows.ReadAsync(set.Table, set.FeatureNames);
        }

        allocator.RequireEmpty();
    }

    [Fact]
    public async Task A_missing_source_a_missing_column_and_a_wrong_type_are_all_named()
    {
        using var rows = LogEvent.Table([new LogEvent("A", "B", 1, 1)]);
        var join = new PointInTimeJoin();
        var none = await Assert.ThrowsAsync<ArgumentException>(() => join.RunAsync(TestServices.Commutative, new LabelTable(rows, "date"), new Dictionary<string, TableSource>()));
        Assert.Contains("'log'", none.Message, StringComparison.Ordinal);

        var strange = FeatureView.Define("strange", "log")
            .Entity(new Entity("thing", new EntityKey("origin", EntityKeyType.Int64)))
            .EventTime("delay")
            .AvailableAt(Availability.FromColumn("nowhere"))
            .Windowed("sum", Features.Aggregation.Aggregate.Sum("destination"), TimeSpan.FromHours(1))
            .Build();
        var service = FeatureService.Define("strange").View(strange).Build();
        using var typed = LogEvent.Table([]);
        var labels = await Assert.ThrowsAsync<SchemaMismatchException>(() => join.RunAsync(service, new LabelTable(rows, "price"), Sources(rows)));
        Assert.Equal(["origin", "price"], labels.Differences.Select(static d => d.Column));

        var requirements = new ColumnRequirements();
        ColumnRequirements.OfSource(strange, requirements);
        var source = Assert.Throws<SchemaMismatchException>(() => requirements.Check(LogEvent.Schema, "test"));
        Assert.Equal(["delay", "destination", "nowhere", "origin"], source.Differences.Select(static d => d.Column));
    }

    [Fact]
    public async Task A_label_column_named_like_a_feature_is_refused()
    {
        using var rows = LogEvent.Table([new LogEvent("A", "B", 1, 1)]);
        var service = FeatureService.Define("clash").OnDemand("delay", "delay + 1").Build();
        var clash = await Assert.ThrowsAsync<SchemaMismatchException>(() => new PointInTimeJoin().RunAsync(service, new LabelTable(rows, "date"), Sources(rows)));
        Assert.Equal(["delay"], clash.Differences.Select(static d => d.Column));
        using var kept = await new PointInTimeJoin().RunAsync(service, new LabelTable(rows, "date") { Keep = ["origin"] }, Sources(rows));
        Assert.Equal(["origin", "delay"], kept.Table.Schema.FieldsList.Select(static f => f.Name));
    }

    [Fact]
    public async Task An_integer_that_float64_cannot_hold_is_refused_by_row()
    {
        using var rows = LogEvent.Table([new LogEvent("A", "B", 1, 1), new LogEvent("A", "B", 2, 2) { Delay = (1L << 53) + 1 }], 1);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => new PointInTimeJoin().RunAsync(TestServices.Commutative, new LabelTable(rows, "date"), Sources(rows)));
        Assert.Contains("'delay'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("row 1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_tables_give_an_empty_set_or_empty_windows()
    {
        using var nothing = LogEvent.Table([]);
        using var rows = LogEvent.Table([new LogEvent("A", "B", 1, 1), new LogEvent(null, "B", 1, 1)]);
        using var none = await new PointInTimeJoin().RunAsync(TestServices.Commutative, new LabelTable(nothing, "date"), Sources(rows));
        Assert.Equal(0, none.Table.RowCount);
        using var set = await new PointInTimeJoin().RunAsync(TestServices.Commutative, new LabelTable(rows, "date"), Sources(nothing));
        var counts = await FeatureRows.ReadAsync(set.Table, ["origins.count_9us", "origins.price_mean_9us"]);
        Assert.Equal(["0", "null"], counts[0].Select(static v => v.ToString()));
        Assert.Equal(["null", "null"], counts[1].Select(static v => v.ToString()));
    }

    private static bool Same(System.Collections.Immutable.ImmutableArray<Features.Aggregation.FeatureValue> a, System.Collections.Immutable.ImmutableArray<Features.Aggregation.FeatureValue> b) => a.SequenceEqual(b);

    private static Dictionary<string, TableSource> Sources(TableSource log) => new() { ["log"] = log };
}
