using System.Globalization;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Testing.Features;

namespace Workflow.Benchmarks.Features;

/// <summary>
/// The figure of equality: the flights with late, tied, repeated, corrected and deleted versions stream in by availability; every n-th departure is read meanwhile, and every
/// value is compared with the offline join's, bit by bit: <c>Workflow.Benchmarks equality [flights-3m.parquet] [every] [limit]</c>. Exit code 1 on any mismatch.
/// </summary>
internal static class EqualityFigures
{
    public static async Task RunAsync(string[] arguments)
    {
        var path = arguments.Length > 0 ? arguments[0] : "../shared/data/flights/flights-3m.parquet";
        if (!File.Exists(path))
        {
            Console.WriteLine($"Skipped: {path} does not exist; name the file of 3 million flights.");
            return;
        }

        var every = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 2;
        var limit = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : int.MaxValue;
        var flights = await FaultyFlights.ReadAsync(path, limit);
        foreach (var (what, count) in flights.Counts)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-28} {count,12:N0}"));
        }

        using var events = flights.Table();
        using var departures = flights.Departures(every);
        var cpu = Environment.CpuUsage.TotalTime;
        var report = await OnlineReplay.RunAsync(
            Service,
            new LabelTable(departures, "date") { Keep = [] },
            new Dictionary<string, TableSource> { ["flights"] = events },
            new OnlineReplayOptions { ArrivalColumn = "known", AdvanceEvery = TimeSpan.FromHours(6) });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Events:N0} rows arrived, {report.Vectors:N0} vectors of {Service.FeatureNames.Length} features read meanwhile, {report.Values:N0} values compared, {report.Mismatches} mismatches, {report.LateEvents} late, {report.RetainedEvents:N0} retained, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} CPU s"));
        foreach (var difference in report.FirstMismatches)
        {
            Console.WriteLine(difference);
        }

        Environment.ExitCode = report.Mismatches == 0 && report.LateEvents == 0 ? 0 : 1;
    }

    private static FeatureService Service { get; } = FeatureService.Define("equality")
        .View(View("origin").EventId("id", EntityKeyType.Int64).Deleted("gone")
            .Derive("late", "delay > 15")
            .Windowed("count", Aggregate.Count(), TimeSpan.FromHours(3), TimeSpan.FromDays(1), TimeSpan.FromDays(7))
            .Windowed("delay_mean", Aggregate.Mean("delay"), TimeSpan.FromHours(3), TimeSpan.FromDays(1))
            .Windowed("delay_max", Aggregate.Max("delay"), TimeSpan.FromHours(3))
            .Windowed("late_share", Aggregate.Mean("late"), TimeSpan.FromDays(1))
            .Windowed("delay_variance", Aggregate.Variance("delay"), TimeSpan.FromDays(1))
            .Windowed("last", Aggregate.LastK("delay", 3), TimeSpan.FromHours(3))
            .Build())
        .View(View("destination").EventId("id", EntityKeyType.Int64).Deleted("gone").AllowedLateness(TimeSpan.FromDays(1))
            .Where("distance > 200")
            .Windowed("count", Aggregate.Count(), TimeSpan.FromDays(1))
            .Feature(new WindowedFeature("long_delay_median_1d", Aggregate.Quantile("delay", 0.5), TimeSpan.FromDays(1)) { Where = Expression.Parse("distance > 1000") })
            .Windowed("since_last", Aggregate.TimeSinceLast(), TimeSpan.FromDays(7))
            .Build())
        .View(View("route", "origin", "destination").TimeToLive(TimeSpan.FromDays(2)).EventId("id", EntityKeyType.Int64).Deleted("gone")
            .Latest("delay", "delay")
            .Latest("origin", "origin", "delay > 0")
            .Build())
        .View(View("raw", "origin")
            .AllHistory("count", Aggregate.Count())
            .AllHistory("delay_decayed", Aggregate.DecayedMean("delay", TimeSpan.FromDays(3)))
            .Build())
        .OnDemand("hour", "hour(date)")
        .Build();

    private static FeatureViewBuilder View(string entity, params string[] keys) =>
        FeatureView.Define(entity + "s", "flights").Entity(entity, keys).EventTime("date").AvailableAt(Availability.FromColumn("known"));
}
