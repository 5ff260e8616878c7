using Apache.Arrow;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Definitions;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Joins;

/// <summary>Formulas over the request and over other features of the service.</summary>
public sealed class OnDemandTests
{
    private static readonly FeatureView View = FeatureView.Define("v", "log").Entity("origin").EventTime("date")
        .Windowed("trips", Aggregate.Count(), TimeSpan.FromSeconds(1)).Windowed("delay", Aggregate.Mean("delay"), TimeSpan.FromSeconds(1)).AllHistory("last", Aggregate.LastK("delay", 2))
        .Latest("price", "price").Latest("city", "destination").Build();

    private static readonly FeatureService Service = FeatureService.Define("s").View(View)
        .OnDemand("share", "distance / v.trips_1s").OnDemand("jump", "coalesce(v.price, 0) - v.delay_1s").OnDemand("far", "distance > 5").Build();

    [Fact]
    public Task The_formula_gives_the_same_bits_in_the_join_online_and_by_hand() => LogEvent.Log(60).SampleAsync(async log =>
    {
        using var events = LogEvent.Table(log);
        using var set = await new PointInTimeJoin().RunAsync(Service, new LabelTable(events, "date"), new Dictionary<string, TableSource> { ["log"] = events });
        using var whole = LogEvent.Batch(log);
        var online = new OnlineFeatures(Service);
        await online.IngestAsync("log", whole);
        using var answer = await online.ReadAsync(whole, "date");
        var numbers = FeatureService.Define("n").View(View, "trips_1s", "delay_1s", "price").OnDemand("share", "distance / v.trips_1s").OnDemand("jump", "coalesce(v.price, 0) - v.delay_1s").Build();
        var one = new OnlineFeatures(numbers);
        await one.IngestAsync("log", whole);
        var request = one.NewRequest();
        var values = new FeatureValue[numbers.FeatureNames.Length];
        var at = 0;
        await foreach (var batch in set.Table.ReadAsync())
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++, at++)
                {
                    if (log[at] is { Origin: { } origin, Date: { } date })
                    {
                        request.Set("origin", origin);
                        if (log[at].Distance is { } distance)
                        {
                            request.SetNumber("distance", distance);
                        }
                        else
                        {
                            request.SetNull("distance");
                        }

                        request.Read(DateTimeOffset.UnixEpoch.AddTicks(date * 10), values, []);
                        Assert.Equal([Bits(batch.Column("share"), row), Bits(batch.Column("jump"), row)], values[3..].Select(static v => v.IsNull ? (long?)null : BitConverter.DoubleToInt64Bits(v.ToDouble()!.Value)));
                    }

                    foreach (var feature in Service.OnDemand)
                    {
                        var expected = feature.Formula.Evaluate(name => Number(batch.Column(name), row));
                        Assert.Equal(expected is { } e ? BitConverter.DoubleToInt64Bits(e) : null, Bits(batch.Column(feature.Name), row));
                        Assert.Equal(Bits(batch.Column(feature.Name), row), Bits(answer.Values.Column(feature.Name), at));
                    }
                }
            }
        }
    }, iter: 60);

    [Fact]
    public void A_formula_reads_what_the_service_takes_and_numbers_only()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => FeatureService.Define("s").View(View, "trips_1s").OnDemand("a", "v.delay_1s + 1").OnDemand("b", "w.x").Build());
        Assert.Contains("'v.delay_1s', which the service does not take; it takes v.trips_1s", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'w.x'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("list", Assert.Throws<InvalidOperationException>(() => FeatureService.Define("s").View(View).OnDemand("a", "v.last").Build()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_is_refused_when_its_type_is_known()
    {
        var service = FeatureService.Define("s").View(View).OnDemand("a", "v.city + 1").Build();
        using var events = LogEvent.Table([new LogEvent("A", "B", 1, 1)]);
        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(() => new PointInTimeJoin().RunAsync(service, new LabelTable(events, "date"), new Dictionary<string, TableSource> { ["log"] = events }));
        Assert.Equal([("v.city", "utf8")], fault.Differences.Select(static d => (d.Column, d.Actual)));
    }

    [Fact]
    public void Yaml_says_it_too()
    {
        const string Yaml = """
            entities: { o: { keys: { id: int64 } } }
            views:
              v: { entity: o, source: { path: a.parquet, event_time: t }, features: { price: { latest: price } } }
            services:
              s: { features: [v], on_demand: { double: "v.price * 2 + amount" } }
            """;
        Assert.Equal("double", FeatureDefinitions.Parse(Yaml, "f").Services[0].FeatureNames[1]);
        Assert.Contains("v.cost", Assert.Throws<DefinitionException>(() => FeatureDefinitions.Parse(Yaml.Replace("v.price *", "v.cost *", StringComparison.Ordinal), "f")).Message, StringComparison.Ordinal);
    }

    private static double? Number(IArrowArray array, int row) => array.IsNull(row) ? null : array is Int64Array integers ? integers.Values[row] : ((DoubleArray)array).Values[row];

    private static long? Bits(IArrowArray array, int row) => array.IsNull(row) ? null : BitConverter.DoubleToInt64Bits(((DoubleArray)array).Values[row]);
}
