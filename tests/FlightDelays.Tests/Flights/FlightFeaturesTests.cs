using FlightDelays.Flights;
using FlightDelays.Tests.Runs;
using Workflow.Data.Tables;
using Workflow.Features.Consistency;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Repository;

namespace FlightDelays.Tests.Flights;

[Collection(LongRuns.Name)]
public sealed class FlightFeaturesTests(CutFixture cut)
{
    [Fact]
    public async Task Changing_everything_that_could_not_be_known_at_a_departure_changes_no_feature_of_it()
    {
        using var flights = cut.Flights.ToTable();
        AssertClean(await ProbeAsync(FlightFeatures.Service, flights));
    }

    [Fact]
    public async Task A_planted_leak_is_caught()
    {
        using var flights = cut.Flights.ToTable();
        var report = await ProbeAsync(FlightFeatures.Define(Availability.AtEventTime), flights);
        Assert.False(report.IsClean);
        Assert.True(report.LeakCount >= 100, $"{report.LeakCount}");
        Assert.Contains("origin.delay_2h", report.LeakingFeatures);
        Assert.Contains("origin.late_share_4h", report.LeakingFeatures);

        // The clock and the distance know nothing of other flights.
        Assert.Empty(report.LeakingFeatures.Intersect(["hour", "minute", "weekday", "miles"]));
        Assert.All(report.Leaks, leak => Assert.NotEqual(leak.Before, leak.After));
    }

    [Fact]
    public async Task Flights_that_are_taken_to_be_known_a_little_too_early_are_caught()
    {
        using var flights = cut.Flights.ToTable();
        var early = Availability.AtEventTime.AfterSeconds("distance / 450 * 3600");
        Assert.NotEqual(0, (await ProbeAsync(FlightFeatures.Define(early), flights)).LeakCount);
    }

    [Fact]
    public async Task No_feature_leaks_on_flights_of_all_airports()
    {
        var flights = await FlightTable.TakeAsync(SharedFolder.Require("data/flights/flights-3m.parquet"), CutFixture.Rows, TestContext.Current.CancellationToken);
        using var table = flights.ToTable();
        AssertClean(await ProbeAsync(FlightFeatures.Service, table));
    }

    private static Task<LeakReport> ProbeAsync(FeatureService service, TableSource flights) => new LeakProbe(new PointInTimeJoin()).RunAsync(
        service,
        new LabelTable(flights, "date"),
        new LeakProbeOptions
        {
            Sources = new Dictionary<string, TableSource> { [FlightFeatures.Source] = flights },
            Honest = new Dictionary<string, Availability> { [FlightFeatures.Source] = FlightFeatures.AfterLanding },
            Moments = 12,
        },
        TestContext.Current.CancellationToken);

    private static void AssertClean(LeakReport report)
    {
        Assert.True(report.LeakCount == 0, string.Join('\n', report.Leaks));
        Assert.True(report.IsClean);
        Assert.True(report.RowsCompared > CutFixture.Rows && report.EventsChanged > CutFixture.Rows);
    }
}
