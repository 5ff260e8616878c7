using System.Diagnostics;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Online.Stores;
using Workflow.Features.Redis;
using Workflow.Features.Views;

namespace Workflow.Benchmarks.Features;

/// <summary>
/// Figures of online stores with 50 features of float64 an entity: <c>online [--entities N] [--redis HOST:PORT]</c>. With a Redis the
/// CPU of the server is counted apart; without one the embedded store is measured, in memory and on disk.
/// </summary>
internal static class OnlineStoreFigures
{
    private const int Features = 50;
    private const int BatchRows = 16_384;
    private static readonly FeatureView View = Define();
    private static readonly OnlineTable Table = OnlineTable.Of(View)[0];
    private static readonly Schema Columns = new([.. Table.Features.Select(static f => new Field(f, DoubleType.Default, true))], null);
    private static readonly DateTimeOffset Time = new(2024, 3, 5, 12, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(string[] args)
    {
        var entities = int.Parse(Option(args, "--entities") ?? "100000", CultureInfo.InvariantCulture);
        if (Option(args, "--redis") is { } redis)
        {
            await using var store = new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = redis, Project = $"bench{Environment.ProcessId}", Timeout = TimeSpan.FromSeconds(60) });
            var server = new RedisCpu(redis);
            await WriteAsync("redis, new keys", store, entities, server);
            await WriteAsync("redis, newer rows", store, entities, server, seconds: 1);
            await WriteAsync("redis, not newer", store, entities, server, seconds: 1);
            await ReadAsync(store, entities, server);
            return;
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using (var memory = new EmbeddedOnlineStore())
        {
            await WriteAsync("memory, new keys", memory, entities, null);
            Console.WriteLine($"memory: {(GC.GetTotalMemory(forceFullCollection: true) - before) / (double)entities:F0} bytes an entity, {Process.GetCurrentProcess().WorkingSet64 >> 20} MiB of the process");
            await ReadAsync(memory, entities, null);
        }

        var folder = Directory.CreateTempSubdirectory("workflow-online-").FullName;
        await using (var disk = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder }))
        {
            await WriteAsync("disk, new keys", disk, entities, null);
        }

        var started = Stopwatch.StartNew();
        await using (var again = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder }))
        {
            await again.FindAsync(Table);
            Console.WriteLine($"disk, opened again: {started.Elapsed.TotalSeconds:F2} s, {new DirectoryInfo(folder).GetFiles().Sum(static f => f.Length) >> 20} MiB");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static FeatureView Define()
    {
        var builder = FeatureView.Define("stats", "s").Entity(new Entity("driver", new EntityKey("driver_id", EntityKeyType.Int64))).EventTime("at", EqualTimeRule.Include);
        for (var i = 0; i < Features; i++)
        {
            builder.Latest($"f{i}", $"f{i}");
        }

        return builder.Build();
    }

    private static async Task WriteAsync(string name, IOnlineStore store, int entities, RedisCpu? server, int seconds = 0)
    {
        await store.SaveAsync(Table, new OnlineTableState { Digest = Table.Digest, Schema = Columns });
        var batches = new List<OnlineRows>();
        var random = new Random(20_260_101);
        for (var first = 0; first < entities; first += BatchRows)
        {
            var count = Math.Min(BatchRows, entities - first);
            var values = Enumerable.Range(0, Features).Select(_ => (IArrowArray)new DoubleArray.Builder().AppendRange(Enumerable.Range(0, count).Select(_ => random.NextDouble())).Build()).ToArray();
            var times = Enumerable.Repeat(Microseconds(Time.AddSeconds(seconds)), count).ToArray();
            batches.Add(new OnlineRows(Table, Keys(Enumerable.Range(first, count)), new RecordBatch(Columns, values, count), new OnlineTimes(times, times)));
        }

        var (cpu, serverCpu, watch) = (Environment.CpuUsage.TotalTime, server?.Seconds() ?? 0, Stopwatch.StartNew());
        var result = default(OnlineWriteResult);
        foreach (var batch in batches)
        {
            result += await store.WriteAsync(batch);
        }

        var (wall, own) = (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        Console.WriteLine($"{name}: {entities / wall:F0} entities/s ({wall:F2} s), CPU {own / entities * 1e6:F1} us an entity{(server is null ? "" : $" and {(server.Seconds() - serverCpu) / entities * 1e6:F1} us in Redis")}, {result.Written} written, {result.Skipped} skipped");
    }

    private static async Task ReadAsync(IOnlineStore store, int entities, RedisCpu? server)
    {
        var reader = new OnlineReader(store, FeatureService.Define("s").View(View).Build());
        var random = new Random(1);
        var requests = Enumerable.Range(0, 2_000).Select(_ => Keys([random.Next(entities)])).ToArray();
        var at = Time.AddMinutes(1);
        var latencies = new List<double>();
        for (var round = 0; round < 40; round++)
        {
            foreach (var request in requests)
            {
                var start = Stopwatch.GetTimestamp();
                using var answer = await reader.ReadAsync(request, at);
                if (round >= (server is null ? 10 : 2))
                {
                    latencies.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                }

                if (answer.Status(0, 49) != FeatureStatus.Present)
                {
                    throw new InvalidOperationException("not found");
                }
            }

            if (server is not null && round == 9)
            {
                break;
            }
        }

        latencies.Sort();
        Console.WriteLine($"read one entity: p50 {latencies[latencies.Count / 2]:F1} us, p99 {latencies[latencies.Count * 99 / 100]:F1} us, p99.9 {latencies[latencies.Count * 999 / 1000]:F1} us over {latencies.Count} reads");
        foreach (var workers in new[] { 2, 8, 32, 64 })
        {
            var (cpu, serverCpu, watch, total) = (Environment.CpuUsage.TotalTime, server?.Seconds() ?? 0, Stopwatch.StartNew(), 40_000);
            await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
            {
                for (var i = worker; i < total; i += workers)
                {
                    using var answer = await reader.ReadAsync(requests[i % requests.Length], at);
                }
            })));
            Console.WriteLine($"read with {workers} at once: {total / watch.Elapsed.TotalSeconds:F0} reads/s, CPU {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / total:F1} us a read{(server is null ? "" : $" and {(server.Seconds() - serverCpu) / total * 1e6:F1} us in Redis")}");
        }

        var many = Keys(Enumerable.Range(0, 100).Select(_ => random.Next(entities)));
        var slow = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await reader.ReadAsync(many, at);
            slow.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        slow.Sort();
        Console.WriteLine($"read 100 entities in one call: p50 {slow[150]:F0} us, p99 {slow[297]:F0} us");
    }

    private static RecordBatch Keys(IEnumerable<int> ids)
    {
        var keys = new Int64Array.Builder().AppendRange(ids.Select(static i => (long)i)).Build();
        return new RecordBatch(new Schema([new Field("driver_id", Int64Type.Default, false)], null), [keys], keys.Length);
    }

    private static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static string? Option(string[] args, string name) => System.Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    /// <summary>The CPU seconds that a local Redis has used, as it says itself.</summary>
    private sealed class RedisCpu(string address)
    {
        public double Seconds()
        {
            using var client = new System.Net.Sockets.TcpClient();
            client.Connect(address.Split(':')[0], int.Parse(address.Split(':')[1], CultureInfo.InvariantCulture));
            using var stream = client.GetStream();
            stream.Write("INFO cpu\r\n"u8);
            var buffer = new byte[4096];
            var text = "";
            while (!text.Contains("used_cpu_user_main_thread", StringComparison.Ordinal))
            {
                text += System.Text.Encoding.ASCII.GetString(buffer, 0, stream.Read(buffer));
            }

            return text.Split("\r\n").Where(static l => l.StartsWith("used_cpu_sys:", StringComparison.Ordinal) || l.StartsWith("used_cpu_user:", StringComparison.Ordinal)).Sum(static l => double.Parse(l.Split(':')[1], CultureInfo.InvariantCulture));
        }
    }
}
