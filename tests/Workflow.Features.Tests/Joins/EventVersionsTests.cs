using System.Collections.Immutable;
using Apache.Arrow;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Joins;

public sealed class EventVersionsTests
{
    private static readonly ImmutableArray<string> Numbers = [.. TestServices.Versions.FeatureNames.Where(static n => !n.EndsWith(".note", StringComparison.Ordinal))];

    [Fact]
    public Task Corrected_deleted_repeated_and_late_events_count_as_the_two_loops_say() =>
        Gen.Select(LogEvent.Log(60), LogEvent.Log(30)).SampleAsync(async (log, labels) =>
        {
            using var events = LogEvent.Table(log);
            using var rows = LogEvent.Table(labels);
            var sources = new Dictionary<string, TableSource> { ["log"] = events };
            using var set = await new PointInTimeJoin().RunAsync(TestServices.Versions, new LabelTable(rows, "date") { Keep = [] }, sources);
            var actual = await FeatureRows.ReadAsync(set.Table, Numbers);
            var expected = await BruteForceJoin.RunAsync(Without("note"), new LabelTable(rows, "date"), sources);
            Assert.Equal(expected.Select(static r => string.Join(' ', r)), actual.Select(static r => string.Join(' ', r)));
            await AssertNewestAsync(set, await BruteForceJoin.NewestAsync(TestServices.Versions, new LabelTable(rows, "date"), sources), log);
        }, iter: 250);

    [Fact]
    public async Task A_version_moves_its_event_to_another_key_when_it_becomes_available()
    {
        LogEvent[] log =
        [
            new("A", "X", 10, 10) { Id = 1, Delay = 1, IsDeleted = false },
            new("B", "X", 12, 20) { Id = 1, Delay = 2, IsDeleted = false },
            new("B", "X", 12, 30) { Id = 1, Delay = 2, IsDeleted = true },
        ];
        LogEvent[] labels = [new("A", null, 19, null), new("B", null, 19, null), new("A", null, 20, null), new("B", null, 20, null), new("A", null, 30, null), new("B", null, 30, null)];
        using var events = LogEvent.Table(log);
        using var rows = LogEvent.Table(labels);
        var service = FeatureService.Define("s").View(TestServices.Corrected, "count_35us").Build();
        using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(rows, "date") { Keep = [] }, new Dictionary<string, TableSource> { ["log"] = events });
        Assert.Equal(["1", "0", "0", "1", "0", "0"], (await FeatureRows.ReadAsync(set.Table, set.FeatureNames)).Select(static r => r[0].ToString()));
    }

    [Fact]
    public void Only_views_with_versions_have_another_digest_and_contradictions_are_refused()
    {
        var plain = Define().Build();
        Assert.DoesNotContain("event_id", plain.CanonicalJson, StringComparison.Ordinal);
        Assert.DoesNotContain("lateness", plain.CanonicalJson, StringComparison.Ordinal);
        string[] digests = [plain.Digest.ToString(), .. new[]
        {
            Define().EventId("id"), Define().EventId("id", EntityKeyType.Int64), Define().EventId("id").Deleted("gone"), Define().AllowedLateness(TimeSpan.FromHours(1)), Define().AllowedLateness(TimeSpan.Zero),
        }.Select(static b => b.Build().Digest.ToString())];
        Assert.Distinct(digests);
        var fault = Assert.Throws<InvalidOperationException>(() => Define().Deleted("gone").AvailableAt(Availability.AtEventTime, AvailabilityRule.TiesOnly).AllowedLateness(TimeSpan.Zero).Build());
        Assert.Contains("'gone' deletes events", fault.Message, StringComparison.Ordinal);
        Assert.Contains("TiesOnly", fault.Message, StringComparison.Ordinal);

        static FeatureViewBuilder Define() => FeatureView.Define("v", "log").Entity("origin").EventTime("date").AllHistory("n", Aggregate.Count());
    }

    private static FeatureService Without(string name) => TestServices.Versions.Views.Aggregate(
        FeatureService.Define("numbers"), (service, v) => service.View(v.View, [.. v.Names.Where(n => n != name)])).Build();

    private static async Task AssertNewestAsync(TrainingSet set, IReadOnlyList<ImmutableArray<BruteForceNewest>> newest, LogEvent[] log)
    {
        var names = set.Service.Views.SelectMany(static v => v.Latest.Select(f => v.ColumnOf(f.Name))).ToArray();
        var notes = names.Where(static n => n.EndsWith(".note", StringComparison.Ordinal)).ToArray();
        for (var c = 0; c < names.Length; c++)
        {
            Assert.Equal(newest.Select(r => r[c].Status), set.Statuses(names[c]));
        }

        using var events = LogEvent.Batch(log);
        var texts = (StringArray)events.Column("note");
        var row = 0;
        await foreach (var batch in set.Table.ReadAsync(notes))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Length; i++, row++)
                {
                    for (var n = 0; n < notes.Length; n++)
                    {
                        var found = newest[row][System.Array.IndexOf(names, notes[n])];
                        Assert.Equal(found.Status == FeatureStatus.Present ? texts.GetString(found.SourceRow) : null, ((StringArray)batch.Column(n)).GetString(i));
                    }
                }
            }
        }
    }
}
