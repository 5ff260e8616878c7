using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Views;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Features;

/// <summary>Events of many keys over half a year, in random time order, each known half an hour to four hours later.</summary>
internal static class SyntheticLog
{
    public static FeatureView View { get; } = FeatureView.Define("keys", "log")
        .Entity("key")
        .EventTime("time")
        .AvailableAt(Availability.AtEventTime.AfterSeconds("1800 + wait"))
        .Derive("late", "value > 15")
        .Windowed("count", Aggregate.Count(), TimeSpan.FromHours(1), TimeSpan.FromDays(1))
        .Windowed("value_mean", Aggregate.Mean("value"), TimeSpan.FromHours(1), TimeSpan.FromDays(1))
        .Windowed("late_share", Aggregate.Mean("late"), TimeSpan.FromHours(1), TimeSpan.FromDays(1))
        .Windowed("value_max", Aggregate.Max("value"), TimeSpan.FromDays(1))
        .AllHistory("since_last", Aggregate.TimeSinceLast())
        .Build();

    public static FeatureService Service { get; } = FeatureService.Define("bench").View(View).Build();

    public static BatchTable Table(int rows, int keys)
    {
        var type = new TimestampType(TimeUnit.Microsecond, "UTC");
        var schema = new Schema([new Field("key", StringType.Default, true), new Field("time", type, false), new Field("value", Int64Type.Default, true), new Field("wait", Int64Type.Default, false)], null);
        var random = new Philox(20_260_101, "features bench");
        var batches = new List<RecordBatch>();
        for (var at = 0; at < rows; at += TableSource.DefaultBatchRows)
        {
            var length = Math.Min(TableSource.DefaultBatchRows, rows - at);
            var (key, time, value, wait) = (new StringArray.Builder(), new TimestampArray.Builder(type), new Int64Array.Builder(), new Int64Array.Builder());
            for (var i = 0; i < length; i++)
            {
                key.Append($"key {random.NextInt32(keys)}");
                time.Append(DateTimeOffset.UnixEpoch.AddMinutes(random.NextInt32(180 * 24 * 60)));
                value.Append(random.NextInt32(120) - 30);
                wait.Append(random.NextInt32(12_600));
            }

            batches.Add(new RecordBatch(schema, [key.Build(), time.Build(), value.Build(), wait.Build()], length));
        }

        return new BatchTable(schema, batches);
    }
}
