using Apache.Arrow;
using Workflow.Features.Online;
using Workflow.Features.Streaming;
using Workflow.Features.Views;
using Workflow.Numerics.Random;

namespace Workflow.Features.Tests.Streaming;

/// <summary>A fixed log of everything awkward in batches, whose positions are their numbers, and what a store must answer after so many of them.</summary>
internal static class StoredLog
{
    public const int Batches = 60;

    public static FeatureService Service { get; } = FeatureService.Define("stored")
        .View(TestServices.Conditional).View(TestServices.Newest).View(TestServices.Bounded, "count_9us", "sum_35us", "max_35us", "distinct_35us")
        .View(TestServices.Corrected, "mean_ever", "max_ever", "last_ever").View(TestServices.Origins).OnDemand("second", "date / 2").Build();

    private static readonly LogEvent[][] Log = [.. Enumerable.Range(0, Batches).Select(Make)];
    private static readonly LogEvent[] Requests = [.. from origin in new[] { "A", "B", "ÄÖ", "", null } from time in new long[] { 20, 55, 90, 140 } select new LogEvent(origin, origin, time, null)];
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<int, string> Expected = [];

    public static RecordBatch Batch(int number) => LogEvent.Batch(Log[number]);

    public static StreamPosition Position(int number) => new("log/0", number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Gives how many batches a store holds, by its own position.</summary>
    public static int Held(OnlineFeatures online) => online.Positions.TryGetValue("log/0", out var offset) ? int.Parse(offset, System.Globalization.CultureInfo.InvariantCulture) + 1 : 0;

    public static async Task IngestAsync(OnlineFeatures online, int first, int end)
    {
        for (var number = first; number < end; number++)
        {
            using var batch = Batch(number);
            await online.IngestAtAsync("log", batch, Position(number));
        }
    }

    /// <summary>Gives what a store answers, as text.</summary>
    public static async Task<string> AnswersAsync(OnlineFeatures online)
    {
        using var requests = LogEvent.Batch(Requests);
        using var answer = await online.ReadAsync(requests, "date");
        return string.Join('\n', Online.OnlineFeaturesTests.Texts(answer.Values, online.Service, answer.Statuses));
    }

    /// <summary>Gives what a store that took so many batches must answer.</summary>
    public static async Task<string> ExpectedAsync(int batches)
    {
        if (!Expected.TryGetValue(batches, out var expected))
        {
            var memory = new OnlineFeatures(Service);
            await IngestAsync(memory, 0, batches);
            Expected[batches] = expected = await AnswersAsync(memory);
        }

        return expected;
    }

    private static LogEvent[] Make(int number)
    {
        var random = new Philox(7, "stored log", (ulong)number);
        var log = new LogEvent[1 + random.NextInt32(6)];
        for (var i = 0; i < log.Length; i++)
        {
            var date = (2 * number) + random.NextInt32(20) - 10;
            log[i] = new LogEvent(new[] { "A", "B", "ÄÖ", "", null }[random.NextInt32(5)], "A", random.NextInt32(12) == 0 ? null : date, random.NextInt32(12) == 0 ? null : date + random.NextInt32(12))
            {
                Delay = random.NextInt32(40) - 10,
                Price = random.NextInt32(9) == 0 ? null : random.NextDouble() * 60,
                Distance = random.NextInt32(30) - 8,
                Id = random.NextInt32(14) is var id and < 12 ? id + (number / 8) : null,
                IsDeleted = random.NextInt32(6) == 0,
            };
        }

        return log;
    }
}
