using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Consistency;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Consistency;

public sealed class ServingVerifierTests
{
    private static readonly FeatureService Now = Service(Availability.AtEventTime);

    [Fact]
    public Task What_the_events_give_is_consistent_whatever_the_service() => LogEvent.Log(60).SampleAsync(async log =>
    {
        using var events = LogEvent.Table(log, 11);
        using var served = await ServeAsync(TestServices.Everything, events, events);
        var report = await VerifyAsync(TestServices.Everything, served, events);
        Assert.Equal((0, log.Length, log.Length * (long)TestServices.Everything.FeatureNames.Length), (report.Mismatches, report.Rows, report.Values));
    }, iter: 30);

    [Fact]
    public async Task One_changed_bit_is_found_and_unexplained()
    {
        using var events = LogEvent.Table(Flights());
        using var served = await ServeAsync(Now, events, events, static (name, array) => name == "v.delay_mean_1s" ? Change((DoubleArray)array, 4) : array);
        var report = await VerifyAsync(Now, served, events);
        Assert.False(report.IsConsistent);
        Assert.Equal([new MismatchCount("v.delay_mean_1s", MismatchCause.Unexplained, report.Mismatches)], report.Counts);
        Assert.Equal(4, report.Examples[0].Row);
        Assert.NotEqual(report.Examples[0].Served, report.Examples[0].Replayed);
    }

    [Fact]
    public async Task Events_that_came_after_the_read_are_late_for_certain_where_the_source_says_when_they_came()
    {
        using var events = LogEvent.Table(Flights());
        using var served = await ServeAsync(Service(Availability.FromColumn("known")), events, events);
        using var asNow = Stamp(served, Now);
        var report = await VerifyAsync(Now, asNow, events, static o => o.Arrived = new Dictionary<string, string> { ["log"] = "known" });
        Assert.True(report.Mismatches > 500, $"{report.Mismatches} mismatches");
        Assert.All(report.Counts, static c => Assert.Equal(MismatchCause.Late, c.Cause));
        Assert.Equal(100, report.Examples.Length);
        Assert.Equal(report.Examples.OrderBy(static e => e.Row).ThenBy(static e => e.Feature, StringComparer.Ordinal), report.Examples);
    }

    [Fact]
    public async Task Without_it_late_events_are_guessed_from_delays_that_explain_the_value()
    {
        using var events = LogEvent.Table([.. Enumerable.Range(0, 50).Select(static i => new LogEvent("A", "C", i * 2_000_000L, (i * 2_000_000L) + 9_000_000) { Delay = i, Price = i })]);
        using var served = await ServeAsync(Service(Availability.FromColumn("known"), 60), events, events);
        using var asNow = Stamp(served, Service(Availability.AtEventTime, 60));
        var report = await VerifyAsync(Service(Availability.AtEventTime, 60), asNow, events);
        Assert.True(report.Mismatches > 50);
        Assert.Equal([MismatchCause.Late], report.Counts.Select(static c => c.Cause).Distinct());
    }

    [Fact]
    public async Task A_clock_that_was_off_is_told_within_its_tolerance()
    {
        using var events = LogEvent.Table(Flights());
        using var shifted = LogEvent.Table([.. Flights().Select(static f => f with { Date = f.Date + 1000 })]);
        using var served = await ServeAsync(Now, shifted, events);
        using var stamped = Retime(served, -1000);
        var report = await VerifyAsync(Now, stamped, events, static o => o.ClockTolerance = TimeSpan.FromMilliseconds(2));
        Assert.True(report.Mismatches > 100);
        Assert.All(report.Counts, static c => Assert.Equal(MismatchCause.Clock, c.Cause));
        var strict = await VerifyAsync(Now, stamped, events, static o => o.ClockTolerance = TimeSpan.Zero);
        Assert.DoesNotContain(strict.Counts, static c => c.Cause == MismatchCause.Clock);
    }

    [Fact]
    public async Task Another_definition_another_type_and_another_key_are_told_apart()
    {
        using var events = LogEvent.Table(Flights());
        using var served = await ServeAsync(Now, events, events);
        using var old = Stamp(await ServeAsync(Service(Availability.FromColumn("known")), events, events), Service(Availability.FromColumn("known")));
        Assert.Equal([MismatchCause.Definition], (await VerifyAsync(Now, old, events)).Counts.Select(static c => c.Cause).Distinct());

        using var floats = Replace(served, static (name, array) => name == "v.flights_1s" ? Doubles((Int64Array)array) : array);
        var typed = await VerifyAsync(Now, floats, events);
        Assert.Equal([new MismatchCount("v.flights_1s", MismatchCause.Type, 400)], typed.Counts);

        using var numbers = Replace(served, static (name, array) => name == "origin" ? new Int64Array.Builder().AppendRange(Enumerable.Repeat(7L, array.Length)).Build() : array);
        var keyed = await VerifyAsync(Now, numbers, events);
        Assert.Equal([MismatchCause.Key], keyed.Counts.Select(static c => c.Cause).Distinct());
        Assert.True(keyed.Mismatches > 400);
    }

    [Fact]
    public async Task A_feature_that_the_log_lacks_is_named_and_a_log_of_nothing_is_not_consistent()
    {
        using var events = LogEvent.Table(Flights());
        using var served = await ServeAsync(Now, events, events);
        using var narrow = Replace(served, static (_, array) => array, static name => name != "v.flights_1s");
        var report = await VerifyAsync(Now, narrow, events);
        Assert.Equal(["v.flights_1s"], report.NotServed);
        Assert.Equal((0L, false), (report.Mismatches, report.IsConsistent));
        using var nothing = new BatchTable(served.Schema, []);
        Assert.False((await VerifyAsync(Now, nothing, events)).IsConsistent);
        using var timeless = Replace(served, static (_, array) => array, static name => name != "date");
        await Assert.ThrowsAsync<SchemaMismatchException>(() => VerifyAsync(Now, timeless, events));
    }

    private static LogEvent[] Flights() => [.. Enumerable.Range(0, 400).Select(static i =>
        new LogEvent(i % 2 == 0 ? "A" : "B", "C", i * 20, (i * 20) + 500) { Delay = i % 30, Distance = 1, Price = i })];

    private static FeatureService Service(Availability availability, int seconds = 1) => FeatureService.Define("s").View(
        FeatureView.Define("v", "log").Entity("origin").EventTime("date").AvailableAt(availability)
            .Windowed("flights", Aggregate.Count(), TimeSpan.FromSeconds(seconds))
            .Windowed("delay_mean", Aggregate.Mean("delay"), TimeSpan.FromSeconds(seconds))
            .AllHistory("last", Aggregate.LastK("delay", 3))
            .Latest("price", "price").Latest("city", "destination")
            .Build()).Build();

    /// <summary>Gives what a server would have logged: answers of a service to requests.</summary>
    private static async Task<BatchTable> ServeAsync(FeatureService service, TableSource requests, TableSource events, Func<string, IArrowArray, IArrowArray>? change = null)
    {
        var answers = new List<RecordBatch>();
        using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(requests, "date"), new Dictionary<string, TableSource> { ["log"] = events });
        await foreach (var batch in set.Table.ReadAsync())
        {
            using (batch)
            {
                answers.Add(ServedVectors.Of(service, batch, "date", batch));
            }
        }

        var table = new BatchTable(answers.Count == 0 ? set.Table.Schema : answers[0].Schema, answers);
        return change is null ? table : Replace(table, change);
    }

    private static Task<ConsistencyReport> VerifyAsync(FeatureService service, TableSource served, TableSource events, Action<VerifyOptions>? set = null)
    {
        var options = new VerifyOptions { Sources = new Dictionary<string, TableSource> { ["log"] = events } };
        set?.Invoke(options);
        return new ServingVerifier(new PointInTimeJoin()).RunAsync(service, served, "date", options);
    }

    private static BatchTable Stamp(BatchTable served, FeatureService service) => Replace(
        served,
        (name, array) => name == ServedVectors.Digest ? new StringArray.Builder().AppendRange(Enumerable.Repeat(service.Digest.ToString(), array.Length)).Build() : array);

    private static BatchTable Retime(BatchTable served, long shift) => Replace(
        served,
        (name, array) => name != "date" ? array : new TimestampArray(new ArrayData((TimestampType)array.Data.DataType, array.Length, array.NullCount, 0, [array.Data.Buffers[0], new ArrowBuffer(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>([.. ((TimestampArray)array).Values.ToArray().Select(t => t + shift)]).ToArray())])));

    private static BatchTable Replace(BatchTable table, Func<string, IArrowArray, IArrowArray> change, Predicate<string>? keeps = null)
    {
        var batches = new List<RecordBatch>();
        foreach (var batch in table.ReadAsync().ToBlockingEnumerable())
        {
            using (batch)
            {
                var columns = batch.Schema.FieldsList.Where(f => keeps is null || keeps(f.Name)).Select(f => (f.Name, Array: change(f.Name, batch.Column(f.Name)))).ToList();
                var schema = new Schema([.. columns.Select(static c => new Field(c.Name, c.Array.Data.DataType, nullable: true))], null);
                using var changed = new RecordBatch(schema, columns.Select(static c => c.Array), batch.Length);
                batches.Add(changed.SliceShared(0, changed.Length));
            }
        }

        return new BatchTable(batches[0].Schema, batches);
    }

    private static DoubleArray Change(DoubleArray array, int row)
    {
        var builder = new DoubleArray.Builder();
        for (var i = 0; i < array.Length; i++)
        {
            _ = array.IsNull(i) ? builder.AppendNull() : builder.Append(i == row % array.Length ? Math.BitIncrement(array.Values[i]) : array.Values[i]);
        }

        return builder.Build();
    }

    private static DoubleArray Doubles(Int64Array array) => new DoubleArray.Builder().AppendRange(array.Values.ToArray().Select(static v => (double)v)).Build();
}
