using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace FlightDelays.Flights;

/// <summary>What can be known about a flight at the moment of its departure.</summary>
internal static class FlightFeatures
{
    /// <summary>The name of the table of past flights.</summary>
    public const string Source = "flights";

    /// <summary>The honest moment at which a flight's delay is known: half an hour after it took off plus its flying time at 450 mph.</summary>
    public static Availability AfterLanding { get; } = Availability.AtEventTime.After(TimeSpan.FromMinutes(30)).AfterSeconds("distance / 450 * 3600");

    /// <summary>The service that the model pins.</summary>
    public static FeatureService Service { get; } = Define(AfterLanding);

    /// <summary>Gives the service with another moment at which delays are taken to be known: for the test that plants a leak.</summary>
    /// <param name="available">When a flight's delay can be used.</param>
    public static FeatureService Define(Availability available)
    {
        var origin = FeatureView.Define("origin", Source)
            .Entity("airport", "origin")
            .EventTime("date")
            .AvailableAt(available)
            .Derive("late", "delay > 15")
            .Windowed("flights", Aggregate.Count(), TimeSpan.FromHours(3), TimeSpan.FromDays(1))
            .Windowed("delay", Aggregate.Mean("delay"), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromDays(1), TimeSpan.FromDays(7))
            .Windowed("late_share", Aggregate.Mean("late"), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28))
            .Windowed("since_last", Aggregate.TimeSinceLast(), TimeSpan.FromDays(1))
            .Describe(version: 1, "Recent punctuality of departures from an airport")
            .Build();
        var route = FeatureView.Define("route", Source)
            .Entity("route", "origin", "destination")
            .EventTime("date")
            .AvailableAt(available)
            .Derive("late", "delay > 15")
            .Windowed("flights", Aggregate.Count(), TimeSpan.FromDays(7))
            .Windowed("delay", Aggregate.Mean("delay"), TimeSpan.FromHours(8), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28))
            .Windowed("late_share", Aggregate.Mean("late"), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28))
            .Describe(version: 1, "Recent punctuality between two airports")
            .Build();
        return FeatureService.Define("delay")
            .View(origin)
            .View(route)
            .OnDemand("hour", "hour(date)")
            .OnDemand("minute", "minute(date)")
            .OnDemand("weekday", "weekday(date)")
            .OnDemand("miles", "distance")
            .Build();
    }
}
