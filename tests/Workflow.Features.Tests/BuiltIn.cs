using Workflow.Features.Aggregation;

namespace Workflow.Features.Tests;

/// <summary>Every built-in aggregate over inputs named as asked, each with its definition as a plain computation over the window's events.</summary>
internal sealed record BuiltIn(string Name, Aggregate Aggregate, Func<IReadOnlyList<OracleEvent>, long, FeatureValue> Oracle)
{
    private static readonly double[] Edges = [-10, 0, 0.5, 20];

    public static IReadOnlyList<BuiltIn> All(string x = "x", string y = "y") =>
    [
        new(nameof(Aggregate.Count), Aggregate.Count(), static (e, _) => FeatureValue.FromInt64(e.Count)),
        new(nameof(Aggregate.Sum), Aggregate.Sum(x), static (e, _) => OfAny(e, Oracles.Sum)),
        new(nameof(Aggregate.Mean), Aggregate.Mean(x), static (e, _) => OfAny(e, static v => Oracles.Sum(v) / v.Length)),
        new(nameof(Aggregate.Variance), Aggregate.Variance(x), static (e, _) => OfAny(e, static v => Oracles.Variance(v, v.Length - 1), 2)),
        new("PopulationVariance", Aggregate.Variance(x, VarianceKind.Population), static (e, _) => OfAny(e, static v => Oracles.Variance(v, v.Length))),
        new(nameof(Aggregate.Min), Aggregate.Min(x), static (e, _) => OfAny(e, static v => v.Aggregate(Math.Min))),
        new(nameof(Aggregate.Max), Aggregate.Max(x), static (e, _) => OfAny(e, static v => v.Aggregate(Math.Max))),
        new(nameof(Aggregate.Ratio), Aggregate.Ratio(x, y), static (e, _) => Ratio(e)),
        new(nameof(Aggregate.FirstK), Aggregate.FirstK(x, 3), static (e, _) => List(Oracles.InOrder(e).Take(3))),
        new(nameof(Aggregate.LastK), Aggregate.LastK(x, 3), static (e, _) => List(Oracles.InOrder(e).TakeLast(3))),
        new(nameof(Aggregate.Distinct), Aggregate.Distinct(x), static (e, _) => FeatureValue.FromInt64(Values(e).Select(static v => v == 0 ? 0 : v).Distinct().Count())),
        new(nameof(Aggregate.ApproximateDistinct), Aggregate.ApproximateDistinct(x, 4), static (e, _) => FeatureValue.FromInt64(Oracles.HyperLogLog(Values(e), 4))),
        new("ApproximateDistinct12", Aggregate.ApproximateDistinct(x), static (e, _) => FeatureValue.FromInt64(Oracles.HyperLogLog(Values(e), 12))),
        new(nameof(Aggregate.Quantile), Aggregate.Quantile(x, 0.9), static (e, _) => OfAny(e, static v => Oracles.Quantile(v, 0.9, 6))),
        new("Median", Aggregate.Quantile(x, 0.5, 0.0001), static (e, _) => OfAny(e, static v => Oracles.Quantile(v, 0.5, 13))),
        new(nameof(Aggregate.TopK), Aggregate.TopK(x, 2), static (e, _) => List(Oracles.Top(e, 2).Select(static g => g.Key))),
        new(nameof(Aggregate.TopKCounts), Aggregate.TopKCounts(x, 2), static (e, _) => Oracles.Top(e, 2) is { Count: > 0 } top ? FeatureValue.FromInt64s([.. top.Select(static g => (long)g.Count())]) : FeatureValue.Null),
        new(nameof(Aggregate.Histogram), Aggregate.Histogram(x, Edges), static (e, _) => Oracles.Histogram(Values(e), Edges)),
        new(nameof(Aggregate.DecayedSum), Aggregate.DecayedSum(x, TimeSpan.FromMicroseconds(7)), static (e, q) => Oracles.Decayed(e, q, 7, isMean: false)),
        new(nameof(Aggregate.DecayedMean), Aggregate.DecayedMean(x, TimeSpan.FromMicroseconds(7)), static (e, q) => Oracles.Decayed(e, q, 7, isMean: true)),
        new(nameof(Aggregate.TimeSinceLast), Aggregate.TimeSinceLast(), static (e, q) => e.Count == 0 ? FeatureValue.Null : FeatureValue.FromDouble((q - e.Max(static i => i.Time)) / 1e6)),
    ];

    public override string ToString() => Name;

    private static double[] Values(IReadOnlyList<OracleEvent> events) => [.. events.Where(static e => e.X is not null).Select(static e => e.X!.Value)];

    private static FeatureValue OfAny(IReadOnlyList<OracleEvent> events, Func<double[], double> compute, int least = 1) =>
        Values(events) is var values && values.Length >= least ? FeatureValue.FromDouble(compute(values)) : FeatureValue.Null;

    private static FeatureValue List(IEnumerable<double> values) => values.ToArray() is { Length: > 0 } items ? FeatureValue.FromDoubles(items) : FeatureValue.Null;

    private static FeatureValue Ratio(IReadOnlyList<OracleEvent> events)
    {
        var both = events.Where(static e => e.X is not null && e.Y is not null).ToList();
        var divisor = Oracles.Sum([.. both.Select(static e => e.Y!.Value)]);
        return divisor == 0 ? FeatureValue.Null : FeatureValue.FromDouble(Oracles.Sum([.. both.Select(static e => e.X!.Value)]) / divisor);
    }
}
