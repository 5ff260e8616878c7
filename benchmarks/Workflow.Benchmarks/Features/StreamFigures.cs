using System.Diagnostics;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Aggregation;
using Workflow.Features.Online;
using Workflow.Features.Streaming;
using Workflow.Features.Views;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Features;

/// <summary>
/// The figures of streams and of reads in process: <c>Workflow.Benchmarks stream [events] [folder]</c>. Events of 10,000 keys into three windows, with the windows slid
/// once an hour of event time, in memory and with the journal; the latency of 50 features of one entity; the memory of a million keys.
/// </summary>
internal static class StreamFigures
{
    private static readonly TimeSpan[] Windows = [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];
    private static readonly TimestampType Time = new(TimeUnit.Microsecond, "UTC");
    private static readonly Schema Schema = new([new Field("key", StringType.Default, false), new Field("id", Int64Type.Default, false), new Field("time", Time, false), new Field("value", DoubleType.Default, false)], null);

    public static async Task RunAsync(string[] arguments)
    {
        var events = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 2_000_000;
        var folder = arguments.Length > 1 ? arguments[1] : Path.Combine(Path.GetTempPath(), "workflow-stream-figures");
        foreach (var batchRows in new[] { 4096, 256 })
        {
            var batches = Batches(events, batchRows, keys: 10_000);
            for (var round = 0; round < 2; round++)
            {
                await StreamAsync($"memory, {batchRows} a batch", new OnlineFeatures(Service(isVersioned: false)), batches);
                await StreamAsync($"memory, event ids, {batchRows} a batch", new OnlineFeatures(Service(isVersioned: true)), batches);
                await StoredAsync($"journal, flushed each second, {batchRows} a batch", folder, TimeSpan.FromSeconds(1), batches);
                await StoredAsync($"journal, flushed each batch, {batchRows} a batch", folder, TimeSpan.Zero, batches);
            }

            batches.ForEach(static b => b.Dispose());
        }

        var few = Batches(events, 4096, keys: 1000);
        for (var round = 0; round < 2; round++)
        {
            await StreamAsync("memory, 1000 keys, all read every hour", new OnlineFeatures(Service(isVersioned: false)), few, isRead: true);
            await StreamAsync("memory, event ids, 1000 keys, all read every hour", new OnlineFeatures(Service(isVersioned: true)), few, isRead: true);
        }

        await ReadsAsync();
        await MemoryAsync();
    }

    private static FeatureService Service(bool isVersioned)
    {
        var view = FeatureView.Define("keys", "log").Entity("key").EventTime("time")
            .Windowed("count", Aggregate.Count(), Windows).Windowed("sum", Aggregate.Sum("value"), Windows).Windowed("max", Aggregate.Max("value"), Windows);
        return FeatureService.Define("stream").View((isVersioned ? view.EventId("id", EntityKeyType.Int64) : view).Build()).Build();
    }

    // In the order of time, 30 days in all.
    private static List<RecordBatch> Batches(int events, int batchRows, int keys)
    {
        var random = new Philox(3, "stream figures");
        var batches = new List<RecordBatch>();
        for (var at = 0; at < events; at += batchRows)
        {
            var (key, id, time, value) = (new StringArray.Builder(), new Int64Array.Builder(), new TimestampArray.Builder(Time), new DoubleArray.Builder());
            for (var i = at; i < Math.Min(events, at + batchRows); i++)
            {
                key.Append(string.Create(CultureInfo.InvariantCulture, $"customer-{random.NextInt32(keys):D8}"));
                id.Append(i);
                time.Append(DateTimeOffset.UnixEpoch.AddTicks((long)(TimeSpan.FromDays(30).Ticks * ((double)i / events))));
                value.Append(random.NextInt32(10_000) / 100.0);
            }

            batches.Add(new RecordBatch(Schema, [key.Build(), id.Build(), time.Build(), value.Build()], time.Length));
        }

        return batches;
    }

    private static async Task StoredAsync(string what, string folder, TimeSpan flushAfter, List<RecordBatch> batches)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await using (var online = await OnlineFeatures.OpenAsync(Service(isVersioned: false), new OnlineStorageOptions { Folder = folder, FlushAfter = flushAfter }))
        {
            await StreamAsync(what, online, batches);
        }

        var cpu = Environment.CpuUsage.TotalTime;
        await using (var again = await OnlineFeatures.OpenAsync(Service(isVersioned: false), new OnlineStorageOptions { Folder = folder }))
        {
            Print($"  recovered {again.RetainedEvents:N0} events of {Directory.GetFiles(folder).Sum(static f => new FileInfo(f).Length) / 1e6:0} MB in {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.00} CPU s");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task StreamAsync(string what, OnlineFeatures online, List<RecordBatch> batches, bool isRead = false)
    {
        var (cpu, events, slid) = (Environment.CpuUsage.TotalTime, 0L, 0L);
        var (request, values) = (online.NewRequest(), new FeatureValue[online.Service.FeatureNames.Length]);
        foreach (var batch in batches)
        {
            await online.IngestAsync("log", batch);
            events += batch.Length;
            var now = ((TimestampArray)batch.Column(2)).Values[^1];
            if (now / 3_600_000_000 != slid)
            {
                slid = now / 3_600_000_000;
                online.Advance(DateTimeOffset.UnixEpoch.AddTicks(now * 10));

                // Keys that are read have states, into which each event goes and out of which it comes three times.
                for (var key = 0; key < 1000 && isRead; key++)
                {
                    request.Set("key", string.Create(CultureInfo.InvariantCulture, $"customer-{key:D8}"));
                    request.Read(DateTimeOffset.UnixEpoch.AddTicks(now * 10), values, []);
                }
            }
        }

        var seconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        Print($"{what,-48} {events / seconds,12:N0} events/CPU s, {online.RetainedEvents:N0} retained");
    }

    // 5 views of 10 features, busy keys and quiet ones.
    private static async Task ReadsAsync()
    {
        var service = Enumerable.Range(0, 5).Aggregate(FeatureService.Define("reads"), static (service, v) => service.View(
            FeatureView.Define($"v{v}", "log").Entity("key").EventTime("time").TimeToLive(TimeSpan.FromDays(30))
                .Windowed("count", Aggregate.Count(), Windows).Windowed("mean", Aggregate.Mean("value"), Windows).Windowed("max", Aggregate.Max("value"), Windows).Latest("last", "value").Build())).Build();
        foreach (var keys in new[] { 100_000, 10_000 })
        {
            var online = new OnlineFeatures(service);
            foreach (var batch in Batches(500_000, 4096, keys))
            {
                await online.IngestAsync("log", batch);
                batch.Dispose();
            }

            var request = online.NewRequest();
            var values = new FeatureValue[service.FeatureNames.Length];
            var statuses = new FeatureStatus[values.Length];
            var random = new Philox(9, "reads");
            var names = Enumerable.Range(0, keys).Select(static k => string.Create(CultureInfo.InvariantCulture, $"customer-{k:D8}")).ToArray();
            var ticks = new long[200_000];
            var now = DateTimeOffset.UnixEpoch.AddDays(30);
            for (var i = -keys; i < ticks.Length; i++)
            {
                // Every key once before: in the end all states are there.
                var key = names[i < 0 ? -i - 1 : random.NextInt32(keys)];
                now = now.AddMilliseconds(1);
                var start = Stopwatch.GetTimestamp();
                request.Set("key", key);
                request.Read(now, values, statuses);
                if (i >= 0)
                {
                    ticks[i] = Stopwatch.GetTimestamp() - start;
                }
            }

            System.Array.Sort(ticks);
            double At(double p) => ticks[(int)(p * (ticks.Length - 1))] * 1e6 / Stopwatch.Frequency;
            Print($"get of {values.Length} features, {500_000 / keys} events a key: p50 {At(0.5):0.0} µs, p95 {At(0.95):0.0} µs, p99 {At(0.99):0.0} µs, p99.9 {At(0.999):0.0} µs");
        }
    }

    private static async Task MemoryAsync()
    {
        foreach (var perKey in new[] { 5, 20 })
        {
            const int Keys = 1_000_000;
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var online = new OnlineFeatures(Service(isVersioned: false));
            foreach (var batch in Batches(Keys * perKey, 65_536, Keys))
            {
                await online.IngestAsync("log", batch);
                batch.Dispose();
            }

            online.Advance(DateTimeOffset.UnixEpoch.AddDays(7));
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            Print($"a million keys, {perKey} events a key: {(double)bytes / Keys:0} bytes a key, {online.RetainedEvents:N0} events retained, {bytes / 1e6:0} MB");
            GC.KeepAlive(online);
        }
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
