using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Online.Stores;

public sealed class FeatureMaterializerTests
{
    private static readonly DateTimeOffset Start = new(2024, 3, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimestampType Time = new(TimeUnit.Microsecond, "UTC");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_is_read_right_after_is_what_the_offline_join_gives(int seed)
    {
        var random = new Random(seed);
        using var rides = Rides([.. Enumerable.Range(0, 400).Select(_ => Random(random))]);
        var service = Service();
        await using var store = new EmbeddedOnlineStore();
        var materializer = new FeatureMaterializer(store);
        var end = Start.AddMinutes(random.Next(200, 400)).AddMicroseconds(1);
        await materializer.RunAsync(new MaterializationOrder { Views = [.. service.Views.Select(static v => v.View)], End = end }, Sources(rides));
        using var answer = await new OnlineReader(store, service).ReadAsync(Drivers(20), end);

        using var labels = new BatchTable(Labels(20, end).Schema, [Labels(20, end)]);
        using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(labels, "at"), Sources(rides));
        await foreach (var batch in set.Table.ReadAsync([.. service.FeatureNames]))
        {
            using (batch)
            {
                for (var c = 0; c < batch.ColumnCount; c++)
                {
                    for (var row = 0; row < 20; row++)
                    {
                        var offline = Text(batch.Column(c), row);

                        // A key without any event has no row online; offline its windows are empty.
                        var online = answer.Status(row, c) == FeatureStatus.NotFound && offline == "0" ? "0" : Text(answer.Values.Column(c), row);
                        Assert.Equal((service.FeatureNames[c], row, offline), (service.FeatureNames[c], row, online));
                    }
                }
            }
        }

        Assert.True(answer.IsComplete);
        Assert.Equal(service.Digest, answer.ServiceDigest);
    }

    [Fact]
    public async Task Running_again_writes_nothing_and_late_rows_are_taken()
    {
        await using var store = new EmbeddedOnlineStore();
        var materializer = new FeatureMaterializer(store);
        var view = Newest();
        var table = OnlineTable.Of(view)[0];
        var first = new List<Ride> { new(1, 0, 0, 1), new(2, 60, 60, 2), new(3, 100, 100, 3) };
        Assert.Equal(new OnlineWriteResult(3, 0), await Run(120));
        Assert.Equal(new OnlineWriteResult(0, 3), await Run(120));
        Assert.Equal(Start.AddMinutes(120), (await store.FindAsync(table))!.MaterializedTo);

        // The key that is silent is not lost, the event that came late is found within the horizon, and beyond it by when it was known.
        first.AddRange([new(2, 119, 119, 20), new(1, 50, 50, 10), new(3, 101, 150, 30), new(4, 10, 130, 40), new(5, 10, 10, 50)]);
        Assert.Equal(new OnlineWriteResult(4, 0), await Run(200, horizon: 71));
        Assert.Equal("10 20 30 40 null", await Read(200));
        Assert.Equal(Start.AddMinutes(200), (await store.FindAsync(table))!.MaterializedTo);

        // In full everything is looked at.
        Assert.Equal(new OnlineWriteResult(1, 4), await Run(200));
        Assert.Equal("10 20 30 40 50", await Read(200));

        // An end before the last one moves no watermark.
        await Run(100, horizon: 0);
        Assert.Equal(Start.AddMinutes(200), (await store.FindAsync(table))!.MaterializedTo);

        async Task<OnlineWriteResult> Run(int minutes, int? horizon = null)
        {
            using var rides = Rides([.. first]);
            var done = await materializer.RunAsync(
                new MaterializationOrder { Views = [view], End = Start.AddMinutes(minutes), IsIncremental = horizon is not null, RescanHorizon = TimeSpan.FromMinutes(horizon ?? 0) },
                Sources(rides));
            return Assert.Single(done).Rows;
        }

        async Task<string> Read(int minutes)
        {
            using var answer = await new OnlineReader(store, FeatureService.Define("s").View(view).Build()).ReadAsync(Drivers(6), Start.AddMinutes(minutes));
            return string.Join(' ', Enumerable.Range(1, 5).Select(row => Text(answer.Values.Column(0), row)));
        }
    }

    [Fact]
    public async Task Both_ends_are_inclusive_and_what_cannot_be_known_at_the_end_is_left_out()
    {
        await using var store = new EmbeddedOnlineStore();
        using var rides = Rides([new(1, 10, 10, 1), new(1, 9, 9, 9), new(2, 20, 20, 2), new(3, 15, 21, 3), new(4, 21, 21, 4), new(5, 9, 9, 5), new(6, 12, null, 6)]);
        var done = await new FeatureMaterializer(store).RunAsync(new MaterializationOrder { Views = [Newest()], Start = Start.AddMinutes(10), End = Start.AddMinutes(20) }, Sources(rides));
        Assert.Equal(new OnlineWriteResult(2, 0), Assert.Single(done).Rows);
        using var answer = await new OnlineReader(store, FeatureService.Define("s").View(Newest()).Build()).ReadAsync(Drivers(7), Start.AddMinutes(30));
        Assert.Equal("null 1 2 null null null null", string.Join(' ', Enumerable.Range(0, 7).Select(row => Text(answer.Values.Column(0), row))));
        Assert.Equal(Start.AddMinutes(20), answer.EventTime(2, 0));
        Assert.Null(answer.EventTime(3, 0));
    }

    [Fact]
    public async Task Windows_are_as_of_their_moment_and_expire()
    {
        await using var store = new EmbeddedOnlineStore();
        using var rides = Rides([new(1, 0, 0, 1), new(1, 30, 30, 2), new(1, 60, 60, 4)]);
        var view = Windows().TimeToLive(TimeSpan.FromMinutes(10)).Build();
        var materializer = new FeatureMaterializer(store);
        await materializer.RunAsync(new MaterializationOrder { Views = [view], End = Start.AddMinutes(61) }, Sources(rides));
        var reader = new OnlineReader(store, FeatureService.Define("s").View(view, "sum_1h").Build());
        foreach (var (minute, says) in new[] { (60, "NotFound"), (61, "6"), (71, "6"), (72, "OutsideMaxAge") })
        {
            using var answer = await reader.ReadAsync(Drivers(2), Start.AddMinutes(minute));
            Assert.Equal((minute, says), (minute, answer.Status(1, 0) == FeatureStatus.Present ? Text(answer.Values.Column(0), 1) : answer.Status(1, 0).ToString()));
        }

        // A quiet key decays with the next run, also an incremental one.
        await materializer.RunAsync(new MaterializationOrder { Views = [view], End = Start.AddMinutes(125), IsIncremental = true, RescanHorizon = TimeSpan.Zero }, Sources(rides));
        using var later = await reader.ReadAsync(Drivers(2), Start.AddMinutes(125));
        Assert.Equal("null", Text(later.Values.Column(0), 1));
        Assert.Equal(FeatureStatus.NullValue, later.Status(1, 0));
    }

    [Fact]
    public async Task Another_definition_is_refused_until_it_is_said_to_replace()
    {
        await using var store = new EmbeddedOnlineStore();
        using var rides = Rides([new(1, 0, 0, 1)]);
        var materializer = new FeatureMaterializer(store);
        var changed = Newest("v + 1");
        await materializer.RunAsync(new MaterializationOrder { Views = [Newest()], End = Start.AddMinutes(1) }, Sources(rides));
        var exception = await Assert.ThrowsAsync<OnlineStoreException>(() => materializer.RunAsync(new MaterializationOrder { Views = [changed], End = Start.AddMinutes(2) }, Sources(rides)));
        Assert.Equal(OnlineStoreFault.OtherDefinition, exception.Fault);
        exception = await Assert.ThrowsAsync<OnlineStoreException>(async () => await new OnlineReader(store, FeatureService.Define("s").View(changed).Build()).ReadAsync(Drivers(2), Start));
        Assert.Equal(OnlineStoreFault.OtherDefinition, exception.Fault);
        await materializer.RunAsync(new MaterializationOrder { Views = [changed], End = Start.AddMinutes(2), ReplacesDefinition = true }, Sources(rides));
        using var answer = await new OnlineReader(store, FeatureService.Define("s").View(changed).Build()).ReadAsync(Drivers(2), Start.AddMinutes(2));
        Assert.Equal("2", Text(answer.Values.Column(0), 1));
    }

    [Fact]
    public async Task Orders_that_contradict_themselves_and_missing_columns_are_refused_before_anything_is_written()
    {
        await using var store = new EmbeddedOnlineStore();
        using var rides = Rides([new(1, 0, 0, 1)]);
        var materializer = new FeatureMaterializer(store);
        await Assert.ThrowsAsync<ArgumentException>(() => materializer.RunAsync(new MaterializationOrder { Views = [Newest()], Start = Start.AddDays(1), End = Start }, Sources(rides)));
        await Assert.ThrowsAsync<ArgumentException>(() => materializer.RunAsync(new MaterializationOrder { Views = [Newest()], Start = Start, End = Start, IsIncremental = true }, Sources(rides)));
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => materializer.RunAsync(new MaterializationOrder { Views = [Newest()], End = Start }, new Dictionary<string, TableSource>()));
        Assert.Contains("'rides'", exception.Message, StringComparison.Ordinal);
        var missing = FeatureView.Define("newest", "rides").Entity(Driver).EventTime("at").Latest("x", "gone").Build();
        var mismatch = await Assert.ThrowsAsync<SchemaMismatchException>(() => materializer.RunAsync(new MaterializationOrder { Views = [Newest(), missing], End = Start }, Sources(rides)));
        Assert.Contains("'gone'", mismatch.Message, StringComparison.Ordinal);
        Assert.Null(await store.FindAsync(OnlineTable.Of(Newest())[0]));
        var versioned = FeatureView.Define("versioned", "rides").Entity(Driver).KeyColumn("driver_id", "driver").EventTime("at").EventId("name").Latest("v", "v").Build();
        var unsupported = await Assert.ThrowsAsync<OnlineStoreException>(() => materializer.RunAsync(new MaterializationOrder { Views = [Newest(), versioned], End = Start }, Sources(rides)));
        Assert.Equal(OnlineStoreFault.Unsupported, unsupported.Fault);
        Assert.Contains("'versioned'", unsupported.Message, StringComparison.Ordinal);
        var nothing = await Assert.ThrowsAsync<OnlineStoreException>(async () => await new OnlineReader(store, FeatureService.Define("s").View(Newest()).Build()).ReadAsync(Drivers(1), Start));
        Assert.Equal(OnlineStoreFault.NothingWritten, nothing.Fault);
    }

    private static Entity Driver { get; } = new("driver", new EntityKey("driver_id", EntityKeyType.Int64));

    private static FeatureView Newest(string formula = "v") => FeatureView.Define("newest", "rides").Entity(Driver).KeyColumn("driver_id", "driver").EventTime("at", EqualTimeRule.Include).AvailableAt(Availability.FromColumn("known")).Derive("value", formula).Latest("value", "value").Build();

    private static FeatureViewBuilder Windows() => FeatureView.Define("windows", "rides").Entity(Driver).KeyColumn("driver_id", "driver").EventTime("at").Windowed("sum", Aggregate.Sum("v"), TimeSpan.FromHours(1)).Windowed("n", Aggregate.Count(), TimeSpan.FromHours(2));

    // Newest columns of two conditions and windows in one view: three tables, which one service mixes.
    private static FeatureService Service() => FeatureService.Define("pricing")
        .View(
            FeatureView.Define("stats", "rides").Entity(Driver).KeyColumn("driver_id", "driver").EventTime("at").AvailableAt(Availability.FromColumn("known")).TimeToLive(TimeSpan.FromHours(2))
                .Latest("v", "v").Latest("big", "v", "v > 5").Latest("name", "name").Windowed("mean", Aggregate.Mean("v"), TimeSpan.FromHours(1)).Windowed("n", Aggregate.Count(), TimeSpan.FromHours(1)).Build(),
            "big", "mean_1h", "v", "n_1h", "name")
        .View(FeatureView.Define("fare", "rides").Entity(Driver).KeyColumn("driver_id", "driver").EventTime("at", EqualTimeRule.Include).AvailableAt(Availability.FromColumn("known"), AvailabilityRule.TiesOnly).Latest("name", "name").Build())
        .OnDemand("twice", "2 * driver_id")
        .Build();

    private static Ride Random(Random random)
    {
        var minute = random.Next(0, 400);
        return new Ride(random.Next(0, 18), minute, random.Next(6) == 0 ? null : minute + random.Next(0, 40), random.Next(7) == 0 ? null : random.Next(0, 10));
    }

    private static BatchTable Rides(Ride[] rides)
    {
        var schema = new Schema([new Field("driver", Int64Type.Default, true), new Field("at", Time, true), new Field("known", Time, true), new Field("v", Int64Type.Default, true), new Field("name", StringType.Default, true)], null);
        return new BatchTable(schema, rides.Chunk(37).Select(chunk =>
        {
            var (drivers, values, names) = (new Int64Array.Builder(), new Int64Array.Builder(), new StringArray.Builder());
            var (ats, knowns) = (new TimestampArray.Builder(Time), new TimestampArray.Builder(Time));
            foreach (var ride in chunk)
            {
                drivers.Append(ride.Driver);
                ats.Append(Start.AddMinutes(ride.Minute));
                _ = ride.Known is { } known ? knowns.Append(Start.AddMinutes(known)) : knowns.AppendNull();
                _ = ride.Value is { } value ? values.Append(value) : values.AppendNull();
                _ = ride.Value is { } text ? names.Append($"{ride.Minute}/{text}") : names.AppendNull();
            }

            return new RecordBatch(schema, [drivers.Build(), ats.Build(), knowns.Build(), values.Build(), names.Build()], chunk.Length);
        }));
    }

    private static Dictionary<string, TableSource> Sources(TableSource rides) => new() { ["rides"] = rides };

    private static RecordBatch Drivers(int count) => new(new Schema([new Field("driver_id", Int64Type.Default, false)], null), [new Int64Array.Builder().AppendRange(Enumerable.Range(0, count).Select(static i => (long)i)).Build()], count);

    private static RecordBatch Labels(int count, DateTimeOffset at)
    {
        var times = new TimestampArray.Builder(Time);
        for (var i = 0; i < count; i++)
        {
            times.Append(at);
        }

        return new RecordBatch(new Schema([new Field("driver_id", Int64Type.Default, false), new Field("at", Time, false)], null), [new Int64Array.Builder().AppendRange(Enumerable.Range(0, count).Select(static i => (long)i)).Build(), times.Build()], count);
    }

    private static string Text(IArrowArray array, int row) => array switch
    {
        _ when array.IsNull(row) => "null",
        DoubleArray a => a.Values[row].ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        Int64Array a => a.Values[row].ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => ((StringArray)array).GetString(row),
    };

    private sealed record Ride(long Driver, int Minute, int? Known, long? Value);
}
