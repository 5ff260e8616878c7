using CsCheck;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Consistency;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Consistency;

public sealed class LeakProbeTests
{
    private static readonly Availability Honest = Availability.FromColumn("known");

    [Fact]
    public Task Changing_everything_after_a_rows_moment_changes_no_feature_of_that_row() =>
        LogEvent.Log(120).SampleAsync(async log =>
        {
            using var events = LogEvent.Table(log, 11);
            var report = await new LeakProbe(new PointInTimeJoin()).RunAsync(TestServices.Everything, new LabelTable(events, "date"), Options(events, null));
            Assert.Equal(0, report.LeakCount);
        }, iter: 100);

    [Fact]
    public async Task A_planted_leak_is_caught_and_an_honest_view_is_clean()
    {
        using var events = LogEvent.Table(Flights());
        var probe = new LeakProbe(new PointInTimeJoin());
        var labels = new LabelTable(events, "date");

        var clean = await probe.RunAsync(Service(Honest), labels, Options(events, Honest));
        Assert.True(clean.IsClean);
        Assert.True(clean.RowsCompared > 500);

        await NoLeaks.CheckAsync(Service(Honest), labels, Options(events, Honest));

        var leaking = await probe.RunAsync(Service(Availability.AtEventTime), labels, Options(events, Honest));
        Assert.False(leaking.IsClean);
        Assert.True(leaking.LeakCount > 100);
        Assert.Contains("v.delay_max_1ms", (await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(() => NoLeaks.CheckAsync(Service(Availability.AtEventTime), labels, Options(events, Honest)))).Message, StringComparison.Ordinal);
        Assert.Equal(["v.delay_max_1ms", "v.delay_mean_1ms", "v.flights_1ms"], leaking.LeakingFeatures.Order(StringComparer.Ordinal));
        Assert.All(leaking.Leaks, static l => Assert.NotEqual(l.Before, l.After));
    }

    [Fact]
    public async Task Believing_the_views_own_availability_cannot_see_that_leak()
    {
        using var events = LogEvent.Table(Flights());
        var report = await new LeakProbe(new PointInTimeJoin()).RunAsync(Service(Availability.AtEventTime), new LabelTable(events, "date"), Options(events, null));
        Assert.True(report.IsClean);
    }

    [Fact]
    public async Task Newest_rows_conditions_and_renamed_keys_are_probed_too()
    {
        using var events = LogEvent.Table(Flights());
        using var labels = LogEvent.Table([.. Flights().Select(static f => f with { Origin = f.Destination, Destination = f.Origin })]);
        var probe = new LeakProbe(new PointInTimeJoin());
        FeatureService Newest(Availability availability) => FeatureService.Define("s").View(
            FeatureView.Define("v", "log").Entity("destination").KeyColumn("destination", "origin").EventTime("date").AvailableAt(availability).Where("delay >= 0")
                .Latest("price", "price").Latest("city", "destination", "delay > 10").Build()).Build();
        var clean = await probe.RunAsync(Newest(Honest), new LabelTable(labels, "date"), Options(events, Honest));
        Assert.True(clean.IsClean);
        var leaking = await probe.RunAsync(Newest(Availability.AtEventTime), new LabelTable(labels, "date"), Options(events, Honest));
        Assert.Equal(["v.city", "v.price"], leaking.LeakingFeatures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_probe_that_tested_nothing_is_not_clean()
    {
        using var events = LogEvent.Table([]);
        var report = await new LeakProbe(new PointInTimeJoin()).RunAsync(Service(Honest), new LabelTable(events, "date"), Options(events, Honest));
        Assert.False(report.IsClean);
    }

    private static LogEvent[] Flights() => [.. Enumerable.Range(0, 400).Select(static i =>
        new LogEvent(i % 2 == 0 ? "A" : "B", "C", i * 20, (i * 20) + 500) { Delay = i % 30, Distance = 1, Price = i })];

    private static FeatureService Service(Availability availability) => FeatureService.Define("s").View(
        FeatureView.Define("v", "log").Entity("origin").EventTime("date").AvailableAt(availability)
            .Windowed("flights", Aggregate.Count(), TimeSpan.FromMilliseconds(1))
            .Windowed("delay_mean", Aggregate.Mean("delay"), TimeSpan.FromMilliseconds(1))
            .Windowed("delay_max", Aggregate.Max("delay"), TimeSpan.FromMilliseconds(1))
            .Build()).Build();

    private static LeakProbeOptions Options(TableSource events, Availability? honest)
    {
        var options = new LeakProbeOptions { Sources = new Dictionary<string, TableSource> { ["log"] = events }, Moments = 3 };
        if (honest is not null)
        {
            options.Honest = new Dictionary<string, Availability> { ["log"] = honest };
        }

        return options;
    }
}
