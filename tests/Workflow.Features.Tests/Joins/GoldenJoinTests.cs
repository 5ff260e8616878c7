using System.Globalization;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Repository;

namespace Workflow.Features.Tests.Joins;

/// <summary>The random joins of <c>golden/feast/joins</c>, which plain loops and SQLite agree on.</summary>
public sealed class GoldenJoinTests
{
    private static readonly (string Name, EqualTimeRule AtEqualTime, AvailabilityRule Availability)[] Rules =
    [
        ("inclusive", EqualTimeRule.Include, AvailabilityRule.TiesOnly),
        ("inclusive_available", EqualTimeRule.Include, AvailabilityRule.Enforce),
        ("strict_available", EqualTimeRule.Before, AvailabilityRule.Enforce),
    ];

    [Fact]
    public async Task Every_random_join_picks_the_expected_row_under_every_rule()
    {
        using var cases = JsonDocument.Parse(await File.ReadAllBytesAsync(SharedFolder.Require("golden/feast/joins/cases.json"), TestContext.Current.CancellationToken));
        var checks = 0;
        foreach (var item in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            var isText = item.GetProperty("key_type").GetString() == "string";
            var features = item.GetProperty("features");
            var labels = item.GetProperty("labels");
            using var events = Table(Keys(features.GetProperty("key"), isText), ("t", Times(features.GetProperty("event_us"))), ("known", Times(features.GetProperty("available_us"))), ("row", Ordinals(features.GetProperty("key").GetArrayLength())));
            using var rows = Table(Keys(labels.GetProperty("key"), isText), ("t", Times(labels.GetProperty("time_us"))));
            foreach (var (name, atEqualTime, availability) in Rules)
            {
                var ttl = item.GetProperty("ttl_us").GetInt64();
                var view = FeatureView.Define("v", "events").Entity(new Entity("e", new EntityKey("key", isText ? EntityKeyType.String : EntityKeyType.Int64)))
                    .EventTime("t", atEqualTime).AvailableAt(Availability.FromColumn("known"), availability)
                    .TimeToLive(ttl == 0 ? null : TimeSpan.FromMicroseconds(ttl)).Latest("row", "row").Build();
                using var set = await new PointInTimeJoin().RunAsync(FeatureService.Define("s").View(view).Build(), new LabelTable(rows, "t"), new Dictionary<string, TableSource> { ["events"] = events }, TestContext.Current.CancellationToken);
                var expected = item.GetProperty("expected").GetProperty(name).EnumerateArray().Select(static e => e.ValueKind == JsonValueKind.Null ? (long?)null : e.GetInt64()).ToArray();
                var actual = (Int64Array)(await One(set.Table)).Column("v.row");
                Assert.Equal(expected, Enumerable.Range(0, actual.Length).Select(i => actual.GetValue(i)));
                Assert.Equal(expected.Select(static e => e is not null), set.Statuses("v.row").Select(static s => s == FeatureStatus.Present));
                checks++;
            }
        }

        Assert.Equal(270, checks);
    }

    private static async Task<RecordBatch> One(TableSource table)
    {
        await foreach (var batch in table.ReadAsync())
        {
            return batch;
        }

        throw new InvalidOperationException("The table is empty.");
    }

    private static BatchTable Table(params (string Name, IArrowArray Values)[] columns)
    {
        var schema = new Schema(columns.Select(static c => new Field(c.Name, c.Values.Data.DataType, nullable: true)), null);
        return new BatchTable(schema, [new RecordBatch(schema, columns.Select(static c => c.Values), columns[0].Values.Length)]);
    }

    private static BatchTable Table((string, IArrowArray) key, params (string, IArrowArray)[] columns) => Table([key, .. columns]);

    private static (string Name, IArrowArray Values) Keys(JsonElement keys, bool isText)
    {
        if (isText)
        {
            var texts = new StringArray.Builder();
            foreach (var key in keys.EnumerateArray())
            {
                texts.Append(key.GetString());
            }

            return ("key", texts.Build());
        }

        var numbers = new Int64Array.Builder();
        foreach (var key in keys.EnumerateArray())
        {
            numbers.Append(key.ValueKind == JsonValueKind.Null ? null : long.Parse(key.ToString(), CultureInfo.InvariantCulture));
        }

        return ("key", numbers.Build());
    }

    private static TimestampArray Times(JsonElement times)
    {
        var values = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC"));
        foreach (var time in times.EnumerateArray())
        {
            _ = time.ValueKind == JsonValueKind.Null ? values.AppendNull() : values.Append(DateTimeOffset.UnixEpoch.AddTicks(10 * time.GetInt64()));
        }

        return values.Build();
    }

    private static Int64Array Ordinals(int count) => new Int64Array.Builder().AppendRange(Enumerable.Range(0, count).Select(static i => (long)i)).Build();
}
