using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Views;

public sealed class FeatureViewTests
{
    private const string Json = """{"at_equal_time":"before","available":{"delay":"30m","seconds":"(8 * distance)"},"derived":{"late":"(delay > 15)"},"entity":{"keys":[{"name":"origin","type":"string"},{"name":"destination","type":"string"}],"name":"route"},"event_time":"date","features":{"late_1h":{"aggregate":"mean","inputs":["late"],"parameters":{},"window":"1h"},"since_last":{"aggregate":"time_since_last","inputs":[],"parameters":{}}},"name":"routes","source":"flights"}""";

    [Fact]
    public void A_definition_is_canonical_json_and_its_digest()
    {
        var view = Routes().Build();
        Assert.Equal(Json, view.CanonicalJson);
        Assert.Equal("sha256:", view.Digest.ToString()[..7]);
        Assert.Equal(view.Digest, Data.Storage.ContentDigest.Of(System.Text.Encoding.UTF8.GetBytes(Json)));
    }

    [Fact]
    public void Only_a_change_of_meaning_changes_the_digest()
    {
        var digest = Routes().Build().Digest;
        Assert.Equal(digest, Routes().Describe(7, "for people").Build().Digest);
        Assert.NotEqual(digest, Routes().EventTime("date", EqualTimeRule.Include).Build().Digest);
        Assert.NotEqual(digest, Routes().AvailableAt(Availability.AtEventTime).Build().Digest);
        Assert.NotEqual(digest, Routes().Derive("early", "delay < 0").Build().Digest);
        Assert.NotEqual(digest, Routes().Entity("route", "origin").Build().Digest);
        Assert.NotEqual(digest, Routes().Windowed("late", Aggregate.Mean("late"), TimeSpan.FromHours(2)).Build().Digest);
    }

    [Fact]
    public void Windows_are_named_in_the_largest_whole_unit()
    {
        var view = FeatureView.Define("v", "s").Entity("e").EventTime("t").Windowed("n", Aggregate.Count(),
            TimeSpan.FromMicroseconds(500), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(90), TimeSpan.FromHours(24), TimeSpan.FromDays(7)).Build();
        Assert.Equal(["n_500us", "n_10ms", "n_30s", "n_90m", "n_1d", "n_7d"], view.Features.Select(static f => f.Name));
    }

    [Fact]
    public void Every_fault_of_a_definition_is_listed()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => FeatureView.Define("Bad", "s").Derive("a", "b").Derive("b", "c").Derive("b", "c").Build()).Message;
        foreach (var part in new[] { "'Bad'", "no entity", "no event time", "no feature", "'b' is derived 2 times", "'a' reads derived column 'b'" })
        {
            Assert.Contains(part, fault, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureView.Define("v", "s").Windowed("n", Aggregate.Count(), TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureView.Define("v", "s").Windowed("n", Aggregate.Count()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Availability.AtEventTime.After(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentException>(() => new Entity("e"));
        Assert.Throws<ArgumentException>(() => new Entity("e", new EntityKey("a"), new EntityKey("a")));
    }

    [Fact]
    public void A_service_lists_its_features_in_order_and_every_fault()
    {
        var view = Routes().Build();
        var service = FeatureService.Define("delay").View(view, "since_last").OnDemand("hour", "hour(date)").Build();
        Assert.Equal(["routes.since_last", "hour"], service.FeatureNames);
        Assert.NotEqual(service.Digest, FeatureService.Define("delay").View(view, "late_1h").OnDemand("hour", "hour(date)").Build().Digest);
        Assert.NotEqual(service.Digest, FeatureService.Define("delay").View(Routes().EventTime("when").Build(), "since_last").OnDemand("hour", "hour(date)").Build().Digest);

        var fault = Assert.Throws<InvalidOperationException>(() => FeatureService.Define("S").View(view, "nothing").View(view).OnDemand("h", "a").OnDemand("h", "a").Build()).Message;
        foreach (var part in new[] { "'S'", "no feature 'nothing'", "'routes' is taken 2 times", "'h' is defined 2 times" })
        {
            Assert.Contains(part, fault, StringComparison.Ordinal);
        }
    }

    private static FeatureViewBuilder Routes() => FeatureView.Define("routes", "flights")
        .Entity("route", "origin", "destination")
        .EventTime("date")
        .AvailableAt(Availability.AtEventTime.After(TimeSpan.FromMinutes(30)).AfterSeconds("8 * distance"))
        .Derive("late", "delay > 15")
        .Windowed("late", Aggregate.Mean("late"), TimeSpan.FromHours(1))
        .AllHistory("since_last", Aggregate.TimeSinceLast());
}
