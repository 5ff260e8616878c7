using Workflow.Features.Aggregation;
using Workflow.Features.Definitions;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Definitions;

public sealed class AggregateWordsTests
{
    public static TheoryData<string, Aggregate> Words => new()
    {
        { "sum: fare", Aggregate.Sum("fare") },
        { "mean: fare", Aggregate.Mean("fare") },
        { "min: fare", Aggregate.Min("fare") },
        { "max: fare", Aggregate.Max("fare") },
        { "ratio: [tip, fare]", Aggregate.Ratio("tip", "fare") },
        { "variance: fare", Aggregate.Variance("fare") },
        { "variance: { column: fare, kind: population }", Aggregate.Variance("fare", VarianceKind.Population) },
        { "first: { column: fare, count: 3 }", Aggregate.FirstK("fare", 3) },
        { "last: { column: fare, count: 3 }", Aggregate.LastK("fare", 3) },
        { "distinct: zone", Aggregate.Distinct("zone") },
        { "approximate_distinct: zone", Aggregate.ApproximateDistinct("zone") },
        { "approximate_distinct: { column: zone, precision: 10 }", Aggregate.ApproximateDistinct("zone", 10) },
        { "quantile: { column: fare, probability: 0.95 }", Aggregate.Quantile("fare", 0.95) },
        { "quantile: { column: fare, probability: 0.5, relative_error: 0.001 }", Aggregate.Quantile("fare", 0.5, 0.001) },
        { "top: { column: zone, count: 5 }", Aggregate.TopK("zone", 5) },
        { "top_counts: { column: zone, count: 5 }", Aggregate.TopKCounts("zone", 5) },
        { "histogram: { column: fare, edges: [-1, 0.5, 1e3] }", Aggregate.Histogram("fare", -1, 0.5, 1e3) },
        { "decayed_sum: { column: fare, half_life: 1h }", Aggregate.DecayedSum("fare", TimeSpan.FromHours(1)) },
        { "decayed_mean: { column: fare, half_life: 30s }", Aggregate.DecayedMean("fare", TimeSpan.FromSeconds(30)) },
        { "time_since_last: \"*\"", Aggregate.TimeSinceLast() },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void A_word_means_what_the_builder_means(string word, Aggregate aggregate)
    {
        var built = FeatureView.Define("v", "a.parquet").Entity(new Entity("k", new EntityKey("id", EntityKeyType.Int64))).EventTime("t").Feature(new WindowedFeature("f", aggregate, TimeSpan.FromDays(7))).Build();
        Assert.Equal(built.CanonicalJson, Assert.Single(FeatureDefinitions.Parse(File(word), "f").Views).CanonicalJson);
    }

    [Theory]
    [InlineData("sum: \"*\"", "features.f.sum", "expected a column")]
    [InlineData("variance: { kind: sample }", "features.f.variance", "expected column")]
    [InlineData("variance: { column: fare, kind: robust }", "features.f.variance.kind", "sample or population")]
    [InlineData("first: fare", "features.f.first", "how many")]
    [InlineData("last: { column: fare, count: 0 }", "features.f.last.count", "1")]
    [InlineData("last: { column: fare, count: 2.5 }", "features.f.last.count", "'2.5'")]
    [InlineData("top: { column: zone, count: 1001 }", "features.f.top.count", "1000")]
    [InlineData("approximate_distinct: { column: zone, precision: 20 }", "features.f.approximate_distinct.precision", "16")]
    [InlineData("quantile: fare", "features.f.quantile", "probability")]
    [InlineData("quantile: { column: fare, probability: 1.5 }", "features.f.quantile.probability", "0 to 1")]
    [InlineData("quantile: { column: fare, probability: .nan }", "features.f.quantile.probability", "'.nan'")]
    [InlineData("quantile: { column: fare, probability: 0.5, relative_error: 1 }", "features.f.quantile", "0.25")]
    [InlineData("histogram: { column: fare, edges: [] }", "features.f.histogram.edges", "1")]
    [InlineData("histogram: { column: fare, edges: [2, 1] }", "features.f.histogram.edges", "ascending")]
    [InlineData("histogram: { column: fare, edges: [a] }", "features.f.histogram.edges[0]", "'a'")]
    [InlineData("decayed_sum: { column: fare }", "features.f.decayed_sum", "half_life")]
    [InlineData("decayed_mean: { column: fare, half_life: 0s }", "features.f.decayed_mean.half_life", "00:00:00")]
    [InlineData("decayed_mean: { column: fare, half_life: 1h, weight: 2 }", "features.f.decayed_mean.weight", "'weight'")]
    [InlineData("time_since_last: fare", "features.f.time_since_last", "'fare'")]
    [InlineData("ratio: [tip]", "features.f.ratio", "two columns")]
    public void What_a_word_cannot_take_is_a_fault_with_its_path(string word, string path, string problem) =>
        Assert.Contains(Assert.Throws<DefinitionException>(() => FeatureDefinitions.Parse(File(word), "f")).Faults, f => f.Path == $"views.v.{path}" && f.Problem.Contains(problem, StringComparison.Ordinal));

    private static string File(string word) => $$"""
        entities:
          k: { keys: { id: int64 } }
        views:
          v:
            entity: k
            source: { path: a.parquet, event_time: t }
            features:
              f: { {{word}}, window: 7d }
        """;
}
