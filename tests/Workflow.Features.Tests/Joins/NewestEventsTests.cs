using CsCheck;
using Workflow.Data.Partitions;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Joins;

/// <summary>The join by slots against the one that sorts the events of each key and walks them.</summary>
public sealed class NewestEventsTests
{
    private static readonly Availability[] Rules =
    [
        Availability.AtEventTime,
        Availability.AtEventTime.After(TimeSpan.FromMicroseconds(3)),
        Availability.FromColumn("known"),
        Availability.AtEventTime.AfterSeconds("distance / 1000000"),
    ];

    [Fact]
    public Task Picks_the_rows_that_walking_the_sorted_events_picks_under_every_rule() =>
        Gen.Select(LogEvent.Log(80), LogEvent.Log(60), Gen.Select(Gen.Int[0, 3], Gen.Bool, Gen.Bool, Gen.Bool), Gen.Int[0, 2], Gen.Int[1, 20]).SampleAsync(async (log, labels, rules, order, batchRows) =>
        {
            // Unsorted, sorted by key and time, and in runs of one key whose times are not sorted.
            log = order == 1 ? [.. log.OrderBy(static e => e.Origin, StringComparer.Ordinal).ThenBy(static e => e.Date ?? long.MaxValue)]
                : order == 2 ? [.. log.OrderBy(static e => e.Origin, StringComparer.Ordinal)]
                : log;
            var view = FeatureView.Define("v", "log").Entity("origin").EventTime("date", rules.Item2 ? EqualTimeRule.Include : EqualTimeRule.Before)
                .AvailableAt(Rules[rules.Item1], rules.Item3 ? AvailabilityRule.TiesOnly : AvailabilityRule.Enforce)
                .TimeToLive(rules.Item4 ? TimeSpan.FromMicroseconds(9) : null).Latest("d", "delay").Latest("far", "delay", "distance > 5").Build();
            await AgreesAsync(view, log, labels, batchRows);
        }, iter: 600);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Many_labels_are_joined_range_by_range_and_agree_too(bool isPlain, bool hasRunner)
    {
        // 100,000 slots: more than one range of keys, more than one flush.
        var random = new Random(5);
        LogEvent Draw() => new($"{random.Next(3_000)}", null, random.Next(1_000), random.Next(1_000)) { Delay = random.Next(), Distance = 1 };
        var (log, labels) = (Enumerable.Range(0, 200_000).Select(_ => Draw()).ToArray(), Enumerable.Range(0, 100_000).Select(_ => Draw()).ToArray());
        var view = FeatureView.Define("v", "log").Entity("origin").EventTime("date").AvailableAt(isPlain ? Availability.AtEventTime : Availability.FromColumn("known")).Latest("d", "delay").Build();
        await AgreesAsync(view, log, labels, 30_000, hasRunner ? new LocalPartitionRunner(3) : null);
    }

    private static async Task AgreesAsync(FeatureView view, LogEvent[] log, LogEvent[] labels, int batchRows, LocalPartitionRunner? runner = null)
    {
        using var table = LogEvent.Table(log, batchRows);
        var parts = ViewPart.Of(FeatureService.Define("s").View(view).Build().Views[0]).ToList();
        var times = labels.Select(static l => l.Date ?? FeatureTime.Never).ToArray();
        using var simple = new EventTable(parts, table, streamsLatest: false);
        using var slots = new EventTable(parts, table);
        var queries = simple.Views.Select(v => Ask(v.Keys)).ToList();
        foreach (var newest in slots.Newest)
        {
            newest.Ask(Ask(newest.Keys));
        }

        await simple.LoadAsync(table, default);
        await slots.LoadAsync(table, default);
        Assert.Equal(parts.Count, slots.Newest.Count);
        for (var part = 0; part < parts.Count; part++)
        {
            Assert.Equal(await LatestJoin.RunAsync(simple.Views[part], queries[part]), await slots.Newest[part].FinishAsync());
        }

        ViewJoin.Queries Ask(KeyIndex keys)
        {
            var numbers = new int[labels.Length];
            using var batch = LogEvent.Batch(labels);
            keys.Number(batch, numbers, add: true);
            keys.Seal();
            return new ViewJoin.Queries(numbers, times, runner, default);
        }
    }
}
