using System.Diagnostics;
using System.Globalization;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Benchmarks.Features;

/// <summary>
/// The figure of windowed backfill in CPU seconds: every flight with 12 aggregates over 2 entities as of its departure, from Arrow in memory:
/// <c>Workflow.Benchmarks backfill [flights-3m.parquet] [rounds]</c>. The last line recomputes one max without its deque, by the segment tree.
/// </summary>
internal static class BackfillFigures
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static async Task RunAsync(string[] arguments)
    {
        var path = arguments.Length > 0 ? arguments[0] : "../shared/data/flights/flights-3m.parquet";
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        if (!File.Exists(path))
        {
            Console.WriteLine($"Skipped: {path} does not exist; name the file of 3 million flights.");
            return;
        }

        var parquet = await ParquetTable.OpenAsync(path);
        var batches = new List<Apache.Arrow.RecordBatch>();
        await foreach (var batch in parquet.ReadAsync())
        {
            batches.Add(batch);
        }

        using var flights = new BatchTable(parquet.Schema, batches);
        for (var round = 0; round < rounds; round++)
        {
            await MeasureAsync("12 aggregates, 2 entities", flights, Service("origin", "destination"));
            foreach (var (name, aggregate) in arguments.Contains("all") ? Each() : [])
            {
                await MeasureAsync(name, flights, FeatureService.Define("one").View(View("origin").Windowed("x", aggregate, Day).Build()).Build());
            }
        }
    }

    private static FeatureViewBuilder View(string key) => FeatureView.Define(key + "s", "flights")
        .Entity(key)
        .EventTime("date")
        .AvailableAt(Availability.AtEventTime.AfterSeconds("1800 + 8 * distance"))
        .Derive("late", "delay > 15");

    // Six for each entity.
    private static FeatureService Service(params string[] keys) => keys.Aggregate(
        FeatureService.Define("backfill"),
        static (service, key) => service.View(View(key)
            .Windowed("count", Aggregate.Count(), TimeSpan.FromHours(3), Day)
            .Windowed("delay_mean", Aggregate.Mean("delay"), Day)
            .Windowed("late_share", Aggregate.Mean("late"), Day)
            .Windowed("delay_max", Aggregate.Max("delay"), Day)
            .Windowed("delay_variance", Aggregate.Variance("delay"), Day)
            .Build())).Build();

    private static IEnumerable<KeyValuePair<string, Aggregate>> Each() =>
    [
        new("count", Aggregate.Count()),
        new("mean", Aggregate.Mean("delay")),
        new("max, deque", Aggregate.Max("delay")),
        new("max, segment tree", new TreeMax()),
        new("variance", Aggregate.Variance("delay")),
        new("last 3", Aggregate.LastK("delay", 3)),
        new("distinct", Aggregate.Distinct("delay")),
        new("approximate distinct", Aggregate.ApproximateDistinct("delay")),
        new("quantile", Aggregate.Quantile("delay", 0.9)),
        new("histogram", Aggregate.Histogram("delay", 0, 15, 60)),
        new("decayed mean", Aggregate.DecayedMean("delay", TimeSpan.FromHours(6))),
    ];

    private static async Task MeasureAsync(string what, TableSource flights, FeatureService service)
    {
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(flights, "date") { Keep = [] }, new Dictionary<string, TableSource> { ["flights"] = flights });
        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-28} {(process.TotalProcessorTime - cpu).TotalSeconds,6:0.00} CPU s"));
    }

    /// <summary>The simple version of max: no inverse, no forgetting, so the driver keeps a segment tree.</summary>
    private sealed class TreeMax() : Aggregate<double>("tree_max", FeatureValueKind.Float64, ["delay"])
    {
        public override double Identity => double.NegativeInfinity;

        public override void Add(ref double state, FeatureEvent item) => state = item.IsNull(0) ? state : Math.Max(state, item[0]);

        public override void Merge(ref double state, in double later) => state = Math.Max(state, later);

        public override FeatureValue Finish(in double state, long queryMicroseconds) =>
            double.IsNegativeInfinity(state) ? FeatureValue.Null : FeatureValue.FromDouble(state);
    }
}
