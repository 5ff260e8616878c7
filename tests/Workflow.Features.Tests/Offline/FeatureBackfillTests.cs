using System.Diagnostics;
using System.Security.Cryptography;
using Apache.Arrow;
using CsCheck;
using Workflow.Data.Partitions;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Offline;

public sealed class FeatureBackfillTests : IDisposable
{
    private static readonly FeatureView Newest = FeatureView.Define("newest", "log").Entity(new Entity("n", new EntityKey("number", EntityKeyType.Int64))).EventTime("date")
        .AvailableAt(Availability.FromColumn("known")).TimeToLive(TimeSpan.FromMicroseconds(9)).Latest("delay", "delay").Latest("far", "price", "distance > 5").Build();

    private static readonly FeatureService Service = FeatureService.Define("s").View(Newest).View(TestServices.Origins).View(TestServices.Routes).View(TestServices.Numbers).Build();

    private readonly string _folder = Directory.CreateTempSubdirectory("backfill-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Holds_the_bits_of_the_join_for_every_row_of_the_spine() =>
        Gen.Select(LogEvent.Log(60), LogEvent.Log(60), Gen.Int[1, 9]).SampleAsync(async (log, spine, partitions) =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("n"))).FullName;
            using var events = LogEvent.Table(log, 9);
            using var rows = LogEvent.Table(spine, 13);
            var report = await new FeatureBackfill(new LocalPartitionRunner(2)).RunAsync(Service, new LabelTable(rows, "date"), Sources(events), new FeatureBackfillOptions { Folder = folder, Partitions = partitions });
            Assert.Equal((4 * partitions, 0), (report.Computed, report.Kept));
            foreach (var views in new[] { new[] { Newest }, [TestServices.Origins], [TestServices.Routes], [TestServices.Numbers] })
            {
                // Row by row: what the join gives, in whatever partition it lies.
                var service = views.Aggregate(FeatureService.Define("one"), static (s, v) => s.View(v)).Build();
                using var set = await new PointInTimeJoin().RunAsync(service, new LabelTable(rows, "date"), Sources(events));
                var keys = views[0].Entity.Keys.Select(static k => k.Name).Append("date").ToArray();
                var expected = await TextsAsync([set.Table], [.. keys, .. set.FeatureNames], set);
                var group = System.Array.FindIndex([.. Service.Views], v => v.View == views[0]);
                var parts = new List<TableSource>();
                foreach (var part in report.Manifest.Parts.Where(p => p.Group == group))
                {
                    parts.Add(await ParquetTable.OpenAsync(Path.Combine(folder, part.File)));
                }

                var statuses = set.FeatureNames.Where(static n => n.StartsWith("newest", StringComparison.Ordinal)).Select(static n => n + ".status");
                var actual = await TextsAsync(parts, [.. keys, .. set.FeatureNames, .. statuses], null);
                Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
            }
        }, iter: 10, threads: 1);

    [Fact]
    public Task Put_together_it_is_the_training_set_of_the_join() =>
        Gen.Select(LogEvent.Log(60), LogEvent.Log(60), Gen.Int[1, 9]).SampleAsync(async (log, spine, partitions) =>
        {
            var options = new FeatureBackfillOptions { Folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("n"))).FullName, Partitions = partitions };
            var service = FeatureService.Define("s").View(Newest).View(TestServices.Origins).View(TestServices.Routes).OnDemand("twice", "delay * 2").Build();
            using var events = LogEvent.Table(log, 9);
            using var rows = LogEvent.Table(spine, 13);
            var labels = new LabelTable(rows, "date") { Keep = ["destination", "price"] };
            _ = await new FeatureBackfill().RunAsync(service, labels, Sources(events), options);
            using (var stored = await FeatureBackfill.OpenAsync(service, labels, options))
            using (var set = await new PointInTimeJoin().RunAsync(service, labels, Sources(events)))
            {
                Assert.Equal(set.Table.Schema.FieldsList.Select(static f => f.Name), stored.Table.Schema.FieldsList.Select(static f => f.Name));
                Assert.Equal(set.Table.Schema.GetFieldByName("newest.far").Metadata, stored.Table.Schema.GetFieldByName("newest.far").Metadata);
                Assert.Equal(await TableDigest.ComputeAsync(set.Table), await TableDigest.ComputeAsync(stored.Table));
                Assert.Equal(set.Statuses("newest.far"), stored.Statuses("newest.far"));
            }

            Assert.Empty(Directory.GetDirectories(options.Folder, "workflow-join-*"));
            if (spine.Length > 0)
            {
                using var others = LogEvent.Table([spine[0] with { Date = spine[0].Date is { } d ? d + 1 : 1 }, .. spine[1..]]);
                Assert.Contains("other rows", (await Assert.ThrowsAsync<InvalidDataException>(() => FeatureBackfill.OpenAsync(service, new LabelTable(others, "date"), options))).Message, StringComparison.Ordinal);
            }

            await Assert.ThrowsAsync<InvalidDataException>(() => FeatureBackfill.OpenAsync(Service, new LabelTable(rows, "date"), options));
        }, iter: 10, threads: 1);

    [Fact]
    public async Task Only_partitions_with_another_input_or_definition_are_computed_again()
    {
        var log = Enumerable.Range(0, 300).Select(static i => new LogEvent($"o{i % 40}", "d", i, i) { Delay = i % 7, Distance = i % 5 }).ToArray();
        async Task<BackfillReport> Run(LogEvent[] events, LogEvent[] spine, int window = 9, string folder = "a")
        {
            var view = FeatureView.Define("v", "log").Entity("origin").EventTime("date").Windowed("n", Aggregate.Sum("delay"), TimeSpan.FromMicroseconds(window)).Build();
            var service = FeatureService.Define("s").View(view).View(TestServices.Routes, "count_9us").Build();
            using var table = LogEvent.Table(events, 64);
            using var rows = LogEvent.Table(spine, 50);
            return await new FeatureBackfill().RunAsync(service, new LabelTable(rows, "date"), Sources(table), new FeatureBackfillOptions { Folder = Path.Combine(_folder, folder), Partitions = 8 });
        }

        var first = await Run(log, log);
        Assert.Equal((16, 0), (first.Computed, first.Kept));
        var again = await Run(log, log);
        Assert.Equal((0, 16), (again.Computed, again.Kept));
        Assert.Equal(first.Manifest.Digest, again.Manifest.Digest);
        Assert.Equal(first.Manifest.Digest, (await Run(log, log, folder: "b")).Manifest.Digest);

        // An unread column changes nothing; one event changes its key's partition of each entity; a new row of the spine as well.
        Assert.Equal(0, (await Run([.. log.Select(static e => e with { Price = 7 })], log)).Computed);
        var corrected = log.ToArray();
        corrected[5] = corrected[5] with { Delay = 39 };
        Assert.Equal(2, (await Run(corrected, log)).Computed);
        LogEvent[] longer = [.. log, new LogEvent("o3", "d", 400, 400)];
        Assert.Equal(2, (await Run(corrected, longer)).Computed);
        Assert.Equal((8, 8), await Run(corrected, longer, window: 10) is var changed ? (changed.Computed, changed.Kept) : default);
        Assert.Equal(16, Directory.GetFiles(Path.Combine(_folder, "a", "parts")).Length);

        // Damage is found and repaired.
        var damaged = Path.Combine(_folder, "a", changed.Manifest.Parts[3].File);
        await File.WriteAllBytesAsync(damaged, [1, 2, 3], TestContext.Current.CancellationToken);
        var repaired = await Run(corrected, longer, window: 10);
        Assert.Equal((1, changed.Manifest.Digest), (repaired.Computed, repaired.Manifest.Digest));
    }

    [Theory]
    [InlineData("split", 0)]
    [InlineData("part 0", 1)]
    [InlineData("part 2", 3)]
    [InlineData("part 7", 4)]
    [InlineData("manifest", 8)]
    [InlineData("deleted", 8)]
    public async Task A_kill_between_two_steps_leaves_the_old_manifest_or_the_new_and_the_next_run_goes_on(string step, int finished)
    {
        var folder = Path.Combine(_folder, "killed");
        var before = await KilledBackfill.RunAsync(folder, 1);
        await DieAsync(folder, step);
        var found = (await BackfillManifest.ReadAsync(folder, TestContext.Current.CancellationToken))!;
        Assert.Equal(step is "manifest" or "deleted", found.Digest != before.Manifest.Digest);
        foreach (var part in found.Parts)
        {
            Assert.Equal(part.Output, ContentDigest.FromHash(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, part.File), TestContext.Current.CancellationToken))));
        }

        // The first group's four partitions are of the changed view, the second group's are as before.
        var after = await KilledBackfill.RunAsync(folder, 2);
        Assert.Equal(Math.Min(finished, 4), after.Kept - 4);
        var undisturbed = await KilledBackfill.RunAsync(Path.Combine(_folder, "undisturbed"), 2);
        Assert.Equal(undisturbed.Manifest.Digest, after.Manifest.Digest);
        Assert.Equal(8, Directory.GetFiles(Path.Combine(folder, "parts")).Length);
        Assert.Empty(Directory.GetDirectories(folder, "workflow-join-*"));
    }

    [Fact]
    public async Task A_partition_that_fails_keeps_the_manifest_and_what_was_finished()
    {
        var folder = Path.Combine(_folder, "fails");
        var before = await KilledBackfill.RunAsync(folder, 1);
        await Assert.ThrowsAsync<AggregateException>(() => KilledBackfill.RunAsync(folder, 2, static s => _ = s == "part 1" ? throw new IOException("Pulled out.") : 0));
        Assert.Equal(before.Manifest.Digest, (await BackfillManifest.ReadAsync(folder, TestContext.Current.CancellationToken))!.Digest);
        Assert.Equal(8, (await KilledBackfill.RunAsync(folder, 2)).Kept);
    }

    [Fact]
    public async Task Lists_missing_sources_and_two_at_a_time_are_refused_and_a_damaged_manifest_says_so()
    {
        using var log = KilledBackfill.Log();
        var options = new FeatureBackfillOptions { Folder = Path.Combine(_folder, "bad") };
        var lists = FeatureService.Define("s").View(FeatureView.Define("v", "log").Entity("origin").EventTime("date").AllHistory("last", Aggregate.LastK("delay", 2)).Build()).Build();
        Assert.Contains("v.last", (await Assert.ThrowsAsync<NotSupportedException>(() => new FeatureBackfill().RunAsync(lists, new LabelTable(log, "date"), Sources(log), options))).Message, StringComparison.Ordinal);
        Assert.Contains("'log'", (await Assert.ThrowsAsync<ArgumentException>(() => new FeatureBackfill().RunAsync(KilledBackfill.Service(1), new LabelTable(log, "date"), new Dictionary<string, TableSource>(), options))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.Folder));
        using (await FileLock.AcquireAsync(Path.Combine(options.Folder, ".lock"), TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken))
        {
            await Assert.ThrowsAsync<TimeoutException>(() => KilledBackfill.RunAsync(options.Folder, 1));
        }

        _ = await KilledBackfill.RunAsync(options.Folder, 1);
        var path = Path.Combine(options.Folder, BackfillManifest.FileName);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        foreach (var bad in new[] { "", "[]", "{}", text.Replace("parts/", "../../", StringComparison.Ordinal), text.Replace("backfill-1", "backfill-9", StringComparison.Ordinal), text.Replace("\"group\":1", "\"group\":-1", StringComparison.Ordinal), text[..^9] })
        {
            await File.WriteAllTextAsync(path, bad, TestContext.Current.CancellationToken);
            Assert.Contains("manifest.json", (await Assert.ThrowsAsync<InvalidDataException>(() => KilledBackfill.RunAsync(options.Folder, 1))).Message, StringComparison.Ordinal);
        }
    }

    private static async Task DieAsync(string folder, string step)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(FeatureBackfillTests).Assembly.Location);
        }

        start.Environment[KilledBackfill.FolderVariable] = folder;
        start.Environment[KilledBackfill.StepVariable] = step;
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == 137, $"{child.ExitCode}: {errors}{await output}");
    }

    private static async Task<List<string>> TextsAsync(IEnumerable<TableSource> tables, string[] columns, TrainingSet? set)
    {
        var texts = new List<string>();
        foreach (var table in tables)
        {
            var at = 0;
            await foreach (var batch in table.ReadAsync(columns))
            {
                using (batch)
                {
                    for (var row = 0; row < batch.Length; row++, at++)
                    {
                        var statuses = set is null ? [] : set.FeatureNames.Where(static n => n.StartsWith("newest", StringComparison.Ordinal)).Select(n => $"{(int)set.Statuses(n)[at]}");
                        texts.Add(string.Join('|', batch.Arrays.Select(a => Text(a, row)).Concat(statuses)));
                    }
                }
            }
        }

        return texts;
    }

    private static string Text(IArrowArray array, int row) => array switch
    {
        _ when array.IsNull(row) => "null",
        StringArray a => a.GetString(row),
        DoubleArray a => $"{BitConverter.DoubleToInt64Bits(a.Values[row])}",
        TimestampArray a => $"{a.Values[row]}",
        Int8Array a => $"{a.Values[row]}",
        _ => $"{((Int64Array)array).Values[row]}",
    };

    private static Dictionary<string, TableSource> Sources(TableSource log) => new() { ["log"] = log };
}
