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

    /// <summary>Gets every built-in aggregate over events that are corrected, deleted and repeated.</summary>
    public static FeatureView Corrected { get; } = BuiltIn.All("price", "delay").Aggregate(
        FeatureView.Define("corrected", "log").Entity("origin").EventTime("date").AvailableAt(Availability.FromColumn("known")).EventId("id", EntityKeyType.Int64).Deleted("gone"),
        static (view, b) => view.Windowed(b.Name.ToLowerInvariant(), b.Aggregate, Windows[1], Windows[2]).AllHistory(b.Name.ToLowerInvariant() + "_ever", b.Aggregate))
        .Windowed("last", new LastValue("price"), Windows[2])
        .AllHistory("last_ever", new LastValue("delay"))
        .Build();

    /// <summary>Gets versions over windows alone: what is let go of is forgotten.</summary>
    public static FeatureView Bounded { get; } = BuiltIn.All("price", "delay").Aggregate(
        FeatureView.Define("bounded", "log").Entity("origin").EventTime("date").AvailableAt(Availability.FromColumn("known")).EventId("id", EntityKeyType.Int64).Deleted("gone"),
        static (view, b) => view.Windowed(b.Name.ToLowerInvariant(), b.Aggregate, Windows[1], Windows[2])).Build();

    /// <summary>Gets versions with conditions, a lateness, ids of two columns and keys under other names.</summary>
    public static FeatureView Conditional { get; } = FeatureView.Define("conditional", "log")
        .Entity(new Entity("place", new EntityKey("origin")))
        .KeyColumn("origin", "destination")
        .EventTime("date", EqualTimeRule.Include)
        .AvailableAt(Availability.FromColumn("known").After(TimeSpan.FromMicroseconds(1)))
        .EventId("id", EntityKeyType.Int64).EventId("number", EntityKeyType.Int64)
        .Derive("ends", "delay > 30 or gone")
        .Deleted("ends")
        .AllowedLateness(TimeSpan.FromMicroseconds(20))
        .TimeToLive(TimeSpan.FromMicroseconds(25))
        .Where("distance >= -5")
        .Feature(new WindowedFeature("cheap", Aggregate.Count(), Windows[2]) { Where = Expression.Parse("price < 20") })
        .Feature(new WindowedFeature("cheap_max", Aggregate.Max("delay"), Windows[2]) { Where = Expression.Parse("price < 20") })
        .Windowed("count", Aggregate.Count(), Windows)
        .Windowed("delay_mean", Aggregate.Mean("delay"), Windows)
        .Latest("note", "note")
        .Latest("delay", "delay", "price < 20")
        .Latest("ends", "ends")
        .Build();

    /// <summary>Gets newest rows without versions, with a time to live, conditions and a filter.</summary>
    public static FeatureView Newest { get; } = FeatureView.Define("newest", "log")
        .Entity("origin")
        .EventTime("date")
        .AvailableAt(Availability.FromColumn("known"))
        .TimeToLive(TimeSpan.FromMicroseconds(12))
        .Where("is_null(distance) or distance < 30")
        .Derive("far", "distance * 2")
        .Latest("price", "price")
        .Latest("note", "note", "delay > 0")
        .Latest("far", "far")
        .Feature(new WindowedFeature("delays", Aggregate.Sum("delay"), Windows[2]) { Where = Expression.Parse("price > 0") })
        .Windowed("count", Aggregate.Count(), Windows[2])
        .Build();

    /// <summary>Gets Feast's rule: availability only breaks ties, between events and between versions.</summary>
    public static FeatureView Ties { get; } = FeatureView.Define("ties", "log")
        .Entity("origin")
        .EventTime("date", EqualTimeRule.Include)
        .AvailableAt(Availability.FromColumn("known"), AvailabilityRule.TiesOnly)
        .EventId("id", EntityKeyType.Int64)
        .Windowed("count", Aggregate.Count(), Windows[2])
        .Latest("note", "note")
        .Latest("distance", "distance")
        .Build();

    /// <summary>Gets the rest of what views can say: versions, conditions, newest rows.</summary>
    public static FeatureService Versions { get; } = FeatureService.Define("versions").View(Conditional).View(Corrected).View(Newest).View(Ties).Build();

    public static FeatureService Commutative { get; } = FeatureService.Define("commutative")
        .View(Origins).View(Routes).View(Numbers).OnDemand("second", "date / 2 + coalesce(distance, 0)").Build();

    public static FeatureService Everything { get; } = FeatureService.Define("everything")
        .View(Origins).View(Routes).View(Ordered, "last_ever", "last_9us").View(Numbers).OnDemand("is_far", "distance > 5 and not is_null(price)").Build();
}
