using System.Text.Json;
using Workflow.Features.Aggregation;
using Workflow.Features.Definitions;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Definitions;

public sealed class FeatureDefinitionsTests
{
    private const string Yaml = """
        entities:
          driver: { keys: { driver_id: int64 } }
        views:
          driver_stats:
            entity: driver
            source: { path: driver_stats.parquet, event_time: event_timestamp, available_time: created, delay: 0s }
            ttl: 2h                                    # none = unlimited
            join: { at_equal_time: before, availability: enforce }
            owner: fleet
            tags: { team: pricing }
            features:
              rating: { latest: rating }
              trips_7d: { count: "*", window: 7d }
              fare_mean_1h: { mean: fare, window: 1h, where: "fare > 0" }
        services:
          pricing: [driver_stats.rating, driver_stats.trips_7d]
        """;

    [Fact]
    public void A_file_means_what_the_builder_means()
    {
        var definitions = FeatureDefinitions.Parse(Yaml, "f.yaml");
        var view = Built().Build();
        Assert.Equal(view.Digest, Assert.Single(definitions.Views).Digest);
        Assert.Equal(FeatureService.Define("pricing").View(view, "rating", "trips_7d").Build().Digest, Assert.Single(definitions.Services).Digest);
        Assert.Equal(["driver_stats.rating", "driver_stats.trips_7d"], definitions.Services[0].FeatureNames);
        Assert.Equal(("fleet", "pricing"), (definitions.Views[0].Owner, definitions.Views[0].Tags["team"]));
        Assert.Equal("driver_stats.parquet", definitions.SourcePaths["driver_stats.parquet"]);
    }

    [Fact]
    public void Versions_of_events_mean_what_the_builder_means()
    {
        var definitions = FeatureDefinitions.Parse(
            Yaml.Replace("delay: 0s", "delay: 0s, event_id: { trip: int64, leg: string }, deleted: is_void, allowed_lateness: 2h", StringComparison.Ordinal), "f.yaml");
        var view = Built().EventId("trip", EntityKeyType.Int64).EventId("leg").Deleted("is_void").AllowedLateness(TimeSpan.FromHours(2)).Build();
        Assert.Equal(view.Digest, definitions.Views[0].Digest);
        var fault = Assert.Throws<DefinitionException>(() => FeatureDefinitions.Parse(Yaml.Replace("delay: 0s", "event_id: { trip: int }, allowed_lateness: long", StringComparison.Ordinal), "f.yaml"));
        Assert.Equal(["views.driver_stats.source.event_id.trip", "views.driver_stats.source.allowed_lateness"], fault.Faults.Select(static f => f.Path));
    }

    [Fact]
    public void Every_part_of_the_meaning_changes_the_digest()
    {
        var digest = Built().Build().Digest;
        Assert.NotEqual(digest, Built().TimeToLive(null).Build().Digest);
        Assert.NotEqual(digest, Built().AvailableAt(Availability.FromColumn("created"), AvailabilityRule.TiesOnly).Build().Digest);
        Assert.NotEqual(digest, Built().Where("fare > 1").Build().Digest);
        Assert.NotEqual(digest, Built().KeyColumn("driver_id", "id").Build().Digest);
        Assert.NotEqual(digest, Built().Latest("other", "rating").Build().Digest);
        Assert.Equal(digest, Built().OwnedBy("others", "personal").Tag("a", "b").Build().Digest);
    }

    [Fact]
    public void Every_fault_is_listed_with_its_line_and_path()
    {
        var fault = Assert.Throws<DefinitionException>(() => FeatureDefinitions.Parse(
            """
            entities:
              driver: { keys: { driver_id: int65 } }
            views:
              stats:
                entity: rider
                source: { path: a.parquet, available_time: created, delay: 3 }
                ttl: 0s
                join: { at_equal_time: after, availability: never }
                features:
                  a: { latest: x, window: 2h }
                  b: { mean: fare, window: 2w }
                  c: { sum: fare, where: "fare >" }
                  d: { count: "*", mean: fare }
                colour: red
            services:
              s: [missing.a]
            """,
            "bad.yaml"));
        foreach (var (line, path, part) in new[]
        {
            (2L, "entities.driver.keys.driver_id", "int65"), (5, "views.stats.entity", "'rider' is not defined"), (6, "views.stats.source", "event_time"),
            (6, "views.stats.source.delay", "500us"), (7, "views.stats.ttl", "none"), (8, "views.stats.join.at_equal_time", "before or include"),
            (8, "views.stats.join.availability", "enforce or ties_only"), (10, "views.stats.features.a.window", "ttl"), (11, "views.stats.features.b.window", "2w"),
            (12, "views.stats.features.c.where", "at position"), (13, "views.stats.features.d", "count and mean"), (14, "views.stats.colour", "'colour'"), (16, "services.s[0]", "'missing'"),
        })
        {
            Assert.Contains(fault.Faults, f => f.Line == line && f.Path == path && f.Problem.Contains(part, StringComparison.Ordinal));
        }

        Assert.Contains("bad.yaml", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a: [")]
    [InlineData("- 1")]
    [InlineData("views: &a { x: *a }")]
    [InlineData("a: 1\n---\nb: 2")]
    public void What_is_no_definition_is_refused(string text) => Assert.NotEmpty(Assert.Throws<DefinitionException>(() => FeatureDefinitions.Parse(text, "f")).Faults);

    [Fact]
    public void Deep_nesting_is_refused_before_it_is_followed() =>
        Assert.Contains("levels", Assert.Throws<DefinitionException>(() => FeatureDefinitions.Parse(new string('[', 100_000), "f")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("500us", 500)]
    [InlineData("10ms", 10_000)]
    [InlineData("30s", 30_000_000)]
    [InlineData("5m", 300_000_000)]
    [InlineData("2h", 7_200_000_000)]
    [InlineData("7d", 604_800_000_000)]
    [InlineData("36526d", -1)]
    [InlineData("1.5h", -1)]
    [InlineData("-1s", -1)]
    [InlineData("99999999999999999999d", -1)]
    [InlineData("h", -1)]
    public void Durations_are_whole_numbers_with_a_unit(string text, long microseconds)
    {
        Assert.Equal(microseconds >= 0, Duration.TryParse(text, out var duration));
        Assert.Equal(Math.Max(0, microseconds), duration.Ticks / TimeSpan.TicksPerMicrosecond);
    }

    [Fact]
    public void The_published_schema_names_what_the_reader_takes()
    {
        using var schema = JsonDocument.Parse(FeatureDefinitions.JsonSchema());
        var view = schema.RootElement.GetProperty("$defs").GetProperty("view").GetProperty("properties");
        var fault = Assert.Throws<DefinitionException>(() => FeatureDefinitions.Parse("views: { v: { zzz: 1, source: { zzz: 1 }, features: { f: { zzz: 1 } } } }", "f"));
        Assert.Equal(Names(view), Taken(fault, "views.v.zzz"));
        Assert.Equal(Names(view.GetProperty("source").GetProperty("properties")), Taken(fault, "views.v.source.zzz"));
        Assert.Equal(Names(view.GetProperty("features").GetProperty("additionalProperties").GetProperty("properties")), Taken(fault, "views.v.features.f.zzz"));
    }

    private static IEnumerable<string> Names(JsonElement properties) => properties.EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Taken(DefinitionException fault, string path) =>
        fault.Faults.Single(f => f.Path == path).Problem["expected one of ".Length..].Split(", got")[0].Split(", ").Order(StringComparer.Ordinal);

    private static FeatureViewBuilder Built() => FeatureView.Define("driver_stats", "driver_stats.parquet")
        .Entity(new Entity("driver", new EntityKey("driver_id", EntityKeyType.Int64)))
        .EventTime("event_timestamp").AvailableAt(Availability.FromColumn("created")).TimeToLive(TimeSpan.FromHours(2))
        .Latest("rating", "rating")
        .Feature(new WindowedFeature("trips_7d", Aggregate.Count(), TimeSpan.FromDays(7)))
        .Feature(new WindowedFeature("fare_mean_1h", Aggregate.Mean("fare"), TimeSpan.FromHours(1)) { Where = Expression.Parse("fare > 0") });
}
