using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Tests;

/// <summary>Definitions over <see cref="LogEvent"/> that use everything there is.</summary>
internal static class TestServices
{
    private static readonly TimeSpan[] Windows = [TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(9), TimeSpan.FromMicroseconds(35)];

    public static FeatureView Origins { get; } = FeatureView.Define("origins", "log")
        .Entity("origin")
        .EventTime("date")
        .AvailableAt(Availability.AtEventTime.After(TimeSpan.FromMicroseconds(2)).AfterSeconds("distance / 1000000"))
        .Derive("late", "delay > 15")
        .Windowed("count", Aggregate.Count(), Windows)
        .Windowed("delay_sum", Aggregate.Sum("delay"), Windows)
        .Windowed("price_mean", Aggregate.Mean("price"), Windows)
        .Windowed("late_share", Aggregate.Mean("late"), Windows)
        .Windowed("price_min", Aggregate.Min("price"), Windows)
        .Windowed("ratio", Aggregate.Ratio("delay", "distance"), Windows)
        .AllHistory("since_last", Aggregate.TimeSinceLast())
        .AllHistory("price_total", Aggregate.Sum("price"))
        .Build();

    public static FeatureView Routes { get; } = FeatureView.Define("routes", "log")
        .Entity("route", "origin", "destination")
        .EventTime("date", EqualTimeRule.Include)
        .AvailableAt(Availability.FromColumn("known"))
        .Windowed("count", Aggregate.Count(), Windows[1])
        .Windowed("delay_max", Aggregate.Max("delay"), Windows[1])
        .Windowed("since_last", Aggregate.TimeSinceLast(), Windows[2])
        .Build();

    public static FeatureView Numbers { get; } = FeatureView.Define("numbers", "log")
        .Entity(new Entity("numbered", new EntityKey("number", EntityKeyType.Int64), new EntityKey("origin")))
        .EventTime("date")
        .Windowed("count", Aggregate.Count(), Windows[2])
        .AllHistory("delay_max", Aggregate.Max("delay"))
        .Build();

    public static FeatureView Ordered { get; } = FeatureView.Define("ordered", "log")
        .Entity("origin")
        .EventTime("date")
        .AvailableAt(Availability.FromColumn("known"))
        .Windowed("last", new LastValue("price"), Windows[1])
        .AllHistory("last_ever", new LastValue("delay"))
        .Build();

    /// <summary>Gets every built-in aggregate over windows and the whole history; events become available out of order.</summary>
    public static FeatureView Kernels { get; } = BuiltIn.All("price", "delay").Aggregate(
        FeatureView.Define("kernels", "log").Entity("origin").EventTime("date").AvailableAt(Availability.FromColumn("known")),
        static (view, b) => view.Windowed(b.Name.ToLowerInvariant(), b.Aggregate, Windows[1], Windows[2]).AllHistory(b.Name.ToLowerInvariant() + "_ever", b.Aggregate)).Build();

    public static FeatureService AllKernels { get; } = FeatureService.Define("all_kernels").View(Kernels).View(Origins).Build();

    public static FeatureService Commutative { get; } = FeatureService.Define("commutative")
        .View(Origins).View(Routes).View(Numbers).OnDemand("second", "date / 2 + coalesce(distance, 0)").Build();

    public static FeatureService Everything { get; } = FeatureService.Define("everything")
        .View(Origins).View(Routes).View(Ordered, "last_ever", "last_9us").View(Numbers).OnDemand("is_far", "distance > 5 and not is_null(price)").Build();
}
