using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Aggregation;

/// <summary>Aggregates that only ask whether values are the same take texts and bytes.</summary>
public sealed class TextTests
{
    [Fact]
    public Task Distinct_texts_are_counted_as_the_texts_that_there_are() => LogEvent.Log(80).SampleAsync(async log =>
    {
        var view = FeatureView.Define("v", "log").Entity("origin").EventTime("date")
            .Windowed("cities", Aggregate.Distinct("destination"), TimeSpan.FromMicroseconds(20)).AllHistory("about", Aggregate.ApproximateDistinct("destination", 16)).Build();
        var service = FeatureService.Define("s").View(view).Build();
        using var events = LogEvent.Table(log);
        using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(events, "date"), new Dictionary<string, TableSource> { ["log"] = events });
        using var whole = LogEvent.Batch(log);
        var online = new OnlineFeatures(service);
        await online.IngestAsync("log", whole);
        using var answer = await online.ReadAsync(whole, "date");
        var at = 0;
        await foreach (var batch in set.Table.ReadAsync(service.FeatureNames))
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++, at++)
                {
                    var label = log[at];
                    var before = log.Where(e => label.Origin is not null && label.Date is not null && e.Origin == label.Origin && e.Date < label.Date && e.Destination is not null).ToList();
                    long? windowed = label.Origin is null || label.Date is null ? null : before.Where(e => e.Date >= label.Date - 20).Select(static e => e.Destination).Distinct(StringComparer.Ordinal).Count();
                    long? ever = label.Origin is null || label.Date is null ? null : before.Select(static e => e.Destination).Distinct(StringComparer.Ordinal).Count();
                    Assert.Equal((windowed, ever), (((Int64Array)batch.Column(0)).GetValue(row), ((Int64Array)batch.Column(1)).GetValue(row)));
                    Assert.Equal((windowed, ever), (((Int64Array)answer.Values.Column(0)).GetValue(at), ((Int64Array)answer.Values.Column(1)).GetValue(at)));
                }
            }
        }
    }, iter: 60);

    [Fact]
    public async Task A_dictionary_counts_as_its_texts_and_sums_take_no_text()
    {
        var values = new StringArray.Builder().Append("a").Append("b").Append("a").Build();
        var city = new DictionaryArray(new DictionaryType(Int32Type.Default, StringType.Default, false), new Int32Array.Builder().Append(0).Append(2).Append(1).AppendNull().Build(), values);
        var schema = new Schema([new("id", Int64Type.Default, false), new("t", new TimestampType(TimeUnit.Microsecond, "UTC"), false), new("city", city.Data.DataType, true)], null);
        var times = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC"));
        foreach (var t in Enumerable.Range(0, 4))
        {
            times.Append(DateTimeOffset.UnixEpoch.AddSeconds(t));
        }

        using var events = new BatchTable(schema, [new RecordBatch(schema, [new Int64Array.Builder().AppendRange([1, 1, 1, 1]).Build(), times.Build(), city], 4)]);
        var entity = new Entity("e", new EntityKey("id", EntityKeyType.Int64));
        var service = FeatureService.Define("s").View(FeatureView.Define("v", "log").Entity(entity).EventTime("t", EqualTimeRule.Include).AllHistory("cities", Aggregate.Distinct("city")).Build()).Build();
        using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(events, "t"), new Dictionary<string, TableSource> { ["log"] = events }, TestContext.Current.CancellationToken);
        await foreach (var batch in set.Table.ReadAsync(service.FeatureNames, TestContext.Current.CancellationToken))
        {
            using (batch)
            {
                Assert.Equal([1L, 1, 2, 2], ((Int64Array)batch.Column(0)).Values.ToArray());
            }
        }

        var sums = FeatureService.Define("s").View(FeatureView.Define("v", "log").Entity(entity).EventTime("t").AllHistory("cities", Aggregate.Distinct("city")).AllHistory("sum", Aggregate.Sum("city")).Build()).Build();
        Assert.Contains("'city'", (await Assert.ThrowsAsync<SchemaMismatchException>(() => new PointInTimeJoin().RunAsync(sums, new LabelTable(events, "t"), new Dictionary<string, TableSource> { ["log"] = events }))).Message, StringComparison.Ordinal);
    }
}
