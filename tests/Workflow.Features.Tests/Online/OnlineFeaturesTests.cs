using System.Collections.Immutable;
using Apache.Arrow;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Online;
using Workflow.Features.Views;
using Workflow.Numerics.Random;
using Workflow.Testing.Features;
using Workflow.Testing.Tables;

namespace Workflow.Features.Tests.Online;

public sealed class OnlineFeaturesTests
{
    // A history known from the start, in source order: everything equals the join, aggregates whose order matters included.
    [Fact]
    public Task Values_after_loading_a_history_are_the_joins_bit_by_bit() =>
        Gen.Select(LogEvent.Log(80), LogEvent.Log(40), Gen.Int).SampleAsync(async (log, labels, seed) =>
        {
            foreach (var service in new[] { TestServices.Everything, TestServices.Versions })
            {
                var online = new OnlineFeatures(service, seed & 3);
                foreach (var part in log.Chunk(9))
                {
                    await IngestAsync(online, part);
                }

                await AssertSameAsync(online, log, TestRandom.Shuffle(labels, seed), service);
                Assert.Equal(0, online.LateEvents);
            }
        }, iter: 200);

    // A live stream: events come in the order in which they are known, reads lie between them, memory is let go of.
    [Theory]
    [InlineData("commutative")]
    [InlineData("all_kernels")]
    [InlineData("live_versions")]
    public Task Values_of_a_live_stream_are_the_joins_bit_by_bit(string name) =>
        Gen.Select(LogEvent.Log(80), LogEvent.Log(40), Gen.Int).SampleAsync(async (log, labels, seed) =>
        {
            var random = new Philox(seed, "stream");
            var online = new OnlineFeatures(Service(name), (seed & 1) == 0 ? 0 : seed & 7);
            var reads = labels.Where(static l => l.Date is not null).OrderBy(static l => l.Date).ToArray();
            var arrivals = TestRandom.Shuffle(log, seed).OrderBy(KnownFirst).ToArray();
            var waiting = new Queue<LogEvent>(arrivals);
            var expected = await JoinAsync(arrivals, reads, Service(name));
            for (var i = 0; i < reads.Length; i++)
            {
                // Some events come long before they count.
                while (waiting.TryPeek(out var next) && (KnownFirst(next) <= reads[i].Date || random.NextInt32(4) == 0))
                {
                    await IngestAsync(online, [waiting.Dequeue()]);
                }

                if (random.NextInt32(3) == 0)
                {
                    online.Advance(DateTimeOffset.UnixEpoch.AddTicks(10 * (reads[i].Date!.Value - random.NextInt32(20))));
                }

                Assert.Equal(expected[i], (await ReadAsync(online, [reads[i]]))[0]);
            }

            Assert.Equal(0, online.LateEvents);
        }, iter: name == "commutative" ? 300 : 100);

    [Theory]
    [InlineData("commutative")]
    [InlineData("all_kernels")]
    [InlineData("versions")]
    public Task Reads_that_go_back_in_time_and_events_that_come_late_count_from_then_on(string name) =>
        Gen.Select(LogEvent.Log(60), LogEvent.Log(30), Gen.Int).SampleAsync(async (log, labels, seed) =>
        {
            var online = new OnlineFeatures(Service(name), (seed & 1) == 0 ? 0 : seed & 7);
            var cut = log.Length / 2;
            await IngestAsync(online, log[..cut]);
            await ReadAsync(online, labels);
            await IngestAsync(online, log[cut..]);
            await AssertSameAsync(online, log, TestRandom.Shuffle(labels, seed), Service(name));
        }, iter: name == "commutative" ? 200 : 60);

    [Fact]
    public async Task An_event_that_comes_after_a_read_that_should_have_counted_it_is_reported()
    {
        var online = new OnlineFeatures(TestServices.Commutative);
        await IngestAsync(online, [new LogEvent("A", "B", 1, 1) { Distance = 1 }]);
        await ReadAsync(online, [new LogEvent("A", "B", 100, null)]);
        Assert.Equal(0, online.LateEvents);
        await IngestAsync(online, [new LogEvent("A", "B", 50, 50) { Distance = 1 }, new LogEvent("A", "B", 99, 200) { Distance = 1 }]);

        // The first is late for the views of origins and of routes; its number is null, so the third view never counts it. The second comes in time for routes, which know it at 200, and late for origins.
        Assert.Equal(2, online.LateEvents);
    }

    [Fact]
    public async Task Advancing_lets_go_of_what_no_later_read_can_need_and_refuses_earlier_ones()
    {
        var online = new OnlineFeatures(FeatureService.Define("s").View(TestServices.Routes).View(TestServices.Origins).Build());
        var log = Enumerable.Range(0, 1000).Select(static i => new LogEvent("A", "B", i * 10, i * 10) { Distance = 0, Delay = 1, Price = 0.1 }).ToArray();
        await IngestAsync(online, log);
        Assert.Equal(2000, online.RetainedEvents);
        online.Advance(DateTimeOffset.UnixEpoch.AddTicks(9_000 * 10));
        Assert.InRange(online.RetainedEvents, 200, 210);
        await AssertSameAsync(online, log, [new LogEvent("A", "B", 9_500, null), new LogEvent("A", "B", 9_000, null), new LogEvent("A", "B", 9_300, null)], online.Service);

        // Back in time, after the windows have slid on: the whole history still knows what was let go of.
        await AssertSameAsync(online, log, [new LogEvent("A", "B", 9_100, null)], online.Service);
        var early = await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(online, [new LogEvent("A", "B", 8_999, null)]));
        Assert.Contains("row 0", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_refused_leaves_nothing_behind()
    {
        var online = new OnlineFeatures(TestServices.Commutative);
        using var bad = LogEvent.Batch([new LogEvent("A", "B", 1, 1), new LogEvent("A", "B", 1, 1) { Delay = long.MaxValue }]);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await online.IngestAsync("log", bad));
        Assert.Equal(0, online.RetainedEvents);
        await Assert.ThrowsAsync<ArgumentException>(async () => await online.IngestAsync("other", bad));
        using var narrow = new Apache.Arrow.RecordBatch(new Apache.Arrow.Schema([LogEvent.Schema.FieldsList[0]], null), [bad.Column(0)], 2);
        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(async () => await online.IngestAsync("log", narrow));
        Assert.Equal(["delay", "destination", "distance", "known", "number", "origin", "price"], fault.Differences.Select(static d => d.Column));
    }

    [Fact]
    public async Task Nothing_of_a_borrowed_batch_is_kept()
    {
        var allocator = new CountingAllocator();
        var online = new OnlineFeatures(TestServices.Commutative);
        using (var batch = LogEvent.Batch([new LogEvent("A", "B", 1, 1)], allocator))
        {
            await online.IngestAsync("log", batch);
            using var read = await online.ReadAsync(batch, "date");
            Assert.Equal(1, read.Values.Length);
        }

        allocator.RequireEmpty();
    }

    [Fact]
    public async Task Concurrent_use_loses_no_event()
    {
        var online = new OnlineFeatures(TestServices.Commutative);
        await Parallel.ForAsync(0, 64, async (i, _) =>
        {
            await IngestAsync(online, [new LogEvent("A", "B", i, i) { Distance = 0 }]);
            await ReadAsync(online, [new LogEvent("A", "B", 1000 + i, null)]);
        });
        using var request = LogEvent.Batch([new LogEvent("A", "B", 64, null)]);
        using var read = await online.ReadAsync(request, "date");

        // Times 29 to 63 are in the window of 64, and of them 63 is not available yet.
        Assert.Equal(34L, ((Apache.Arrow.Int64Array)read.Values.Column("origins.count_35us")).GetValue(0));
    }

    // In a live stream, versions that only break ties would have to be known before they come.
    private static FeatureService Service(string name) => name switch
    {
        "commutative" => TestServices.Commutative,
        "all_kernels" => TestServices.AllKernels,
        "versions" => TestServices.Versions,
        _ => LiveVersions,
    };

    private static FeatureService LiveVersions { get; } = FeatureService.Define("live_versions").View(TestServices.Bounded).View(TestServices.Conditional).View(TestServices.Newest)
        .View(TestServices.Corrected, [.. TestServices.Corrected.Features.Select(static f => f.Name).Where(static n => n is not ("last_ever" or "last_35us"))]).Build();

    private static long KnownFirst(LogEvent item) => Math.Min(item.Known ?? long.MaxValue, item.Date ?? long.MaxValue);

    private static async Task IngestAsync(OnlineFeatures online, LogEvent[] log)
    {
        using var batch = LogEvent.Batch(log);
        await online.IngestAsync("log", batch);
    }

    private static async Task<string[]> ReadAsync(OnlineFeatures online, LogEvent[] requests)
    {
        using var batch = LogEvent.Batch(requests);
        using var answer = await online.ReadAsync(batch, "date");
        return [.. Texts(answer.Values, online.Service, answer.Statuses)];
    }

    private static async Task<IReadOnlyList<string>> JoinAsync(LogEvent[] log, LogEvent[] labels, FeatureService service)
    {
        using var events = LogEvent.Table(log);
        using var rows = LogEvent.Table(labels, 1 << 20);
        using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(rows, "date"), new Dictionary<string, TableSource> { ["log"] = events });
        var texts = new List<string>();
        await foreach (var batch in set.Table.ReadAsync(service.FeatureNames))
        {
            using (batch)
            {
                texts.AddRange(Texts(batch, service, set.Statuses));
            }
        }

        return texts;
    }

    // Values and, of newest rows, statuses.
    internal static IEnumerable<string> Texts(RecordBatch batch, FeatureService service, Func<string, ImmutableArray<FeatureStatus>> statuses)
    {
        var newest = service.Views.SelectMany(static v => v.Latest.Select(f => v.ColumnOf(f.Name))).ToDictionary(static n => n, statuses);
        var columns = service.FeatureNames.Select(name => batch.Column(name) is StringArray texts
            ? [.. Enumerable.Range(0, batch.Length).Select(row => texts.GetString(row) ?? "null")]
            : FeatureRows.Read(batch, [name]).Select(static r => r[0].ToString()).ToArray()).ToArray();
        for (var row = 0; row < batch.Length; row++)
        {
            yield return string.Join(' ', service.FeatureNames.Select((name, c) => $"{name}={columns[c][row]}{(newest.TryGetValue(name, out var s) ? s[row] is FeatureStatus.NullValue ? FeatureStatus.Present : s[row] : "")}"));
        }
    }

    private static async Task AssertSameAsync(OnlineFeatures online, LogEvent[] log, LogEvent[] labels, FeatureService service)
    {
        var expected = await JoinAsync(log, labels, service);
        foreach (var part in labels.Chunk(6).Zip(expected.Chunk(6)))
        {
            Assert.Equal(part.Second, await ReadAsync(online, part.First));
        }
    }
}
