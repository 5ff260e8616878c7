using System.Globalization;
using Workflow.Features.Online;
using Workflow.Features.Streaming;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Streaming;

public sealed class StoredFeaturesTests
{
    [Fact]
    public async Task A_store_that_is_closed_or_dies_goes_on_with_the_same_answers()
    {
        using var place = new StoreCopy();
        for (var first = 0; first < StoredLog.Batches; first += 7)
        {
            var online = await OpenAsync(place, first % 2 == 0 ? 3000 : 1 << 20);
            Assert.Equal(first, StoredLog.Held(online));
            var end = Math.Min(StoredLog.Batches, first + 7);
            await StoredLog.IngestAsync(online, first, end);
            Assert.Equal(await StoredLog.ExpectedAsync(end), await StoredLog.AnswersAsync(online));
            if (first % 3 == 0)
            {
                await online.SnapshotAsync(TestContext.Current.CancellationToken);
            }

            await online.DisposeAsync();
            await using var again = await OpenAsync(place, 1 << 20);
            Assert.Equal(await StoredLog.ExpectedAsync(end), await StoredLog.AnswersAsync(again));
        }
    }

    [Fact]
    public async Task A_process_that_dies_at_any_of_hundreds_of_steps_loses_and_doubles_nothing()
    {
        using var place = new StoreCopy();
        var (acknowledged, points) = (0, new List<(string Step, int Acknowledged, StoreCopy Copy)>());
        await using (var online = await OpenAsync(place, 5_000))
        {
            online.OnStep(step => points.Add((step, Volatile.Read(ref acknowledged), StoreCopy.Of(place.Folder))));
            for (; acknowledged < StoredLog.Batches; acknowledged++)
            {
                await StoredLog.IngestAsync(online, acknowledged, acknowledged + 1);
            }

            Assert.Null(online.SnapshotFault);
        }

        Assert.InRange(points.Count, 200, 10_000);
        Assert.Equal(["appended", "deleted", "flushed", "journal begun", "snapshot named", "snapshot written"], points.Select(static p => p.Step).Distinct().Order(StringComparer.Ordinal));
        foreach (var (step, before, copy) in points)
        {
            using (copy)
            {
                await using var online = await OpenAsync(copy, 5_000);

                // What was being taken in may be there, whole.
                var held = StoredLog.Held(online);
                Assert.True(held == before || held == before + 1, $"died after '{step}' with {before} batches acknowledged: {held} are there");
                Assert.Equal(await StoredLog.ExpectedAsync(held), await StoredLog.AnswersAsync(online));
                if (before % 5 == 0)
                {
                    await StoredLog.IngestAsync(online, held, StoredLog.Batches);
                    Assert.Equal(await StoredLog.ExpectedAsync(StoredLog.Batches), await StoredLog.AnswersAsync(online));
                }
            }
        }
    }

    [Fact]
    public async Task A_process_that_is_killed_while_it_takes_a_stream_in_goes_on_after_the_last_acknowledged_batch()
    {
        using var place = new StoreCopy();
        var kills = 0;
        for (var target = 4; target < StoredLog.Batches; target += 5, kills++)
        {
            var acknowledged = await KilledStream.KillAtAsync(place.Folder, target);
            Assert.InRange(acknowledged, target, StoredLog.Batches);
            using var copy = StoreCopy.Of(place.Folder);
            await using var online = await OpenAsync(copy, 1 << 20);
            Assert.InRange(StoredLog.Held(online), acknowledged, acknowledged + 1);
            Assert.Equal(await StoredLog.ExpectedAsync(StoredLog.Held(online)), await StoredLog.AnswersAsync(online));
        }

        KilledStream.Forget(place.Folder);
        Assert.InRange(kills, 10, 100);
    }

    [Fact]
    public async Task A_journal_that_ends_anywhere_holds_the_whole_batches_before()
    {
        using var place = new StoreCopy();
        var ends = new List<long>();
        await using (var online = await OpenAsync(place, 1 << 20))
        {
            online.OnStep(step => ends.Add(new FileInfo(place.Last("journal")).Length));
            await StoredLog.IngestAsync(online, 0, 30);
        }

        var start = ends.Min() - (ends.Distinct().Order().Skip(1).First() - ends.Min());
        var bounds = ends.Distinct().Order().ToList();
        var cuts = bounds.SelectMany(b => new[] { b, b - 1, b + 1, b + 5, b + 12, b + 21, b + 28, b + 40 }).Where(c => c <= bounds[^1] && c > Math.Max(0, start)).Distinct().ToList();
        Assert.InRange(cuts.Count, 200, 1000);
        foreach (var cut in cuts)
        {
            using var copy = StoreCopy.Of(place.Folder);
            using (var file = File.OpenWrite(copy.Last("journal")))
            {
                file.SetLength(cut);
            }

            await using (var online = await OpenAsync(copy, 1 << 20))
            {
                Assert.Equal(bounds.Count(b => b <= cut), StoredLog.Held(online));
                Assert.Equal(await StoredLog.ExpectedAsync(StoredLog.Held(online)), await StoredLog.AnswersAsync(online));
                await StoredLog.IngestAsync(online, StoredLog.Held(online), 31);
            }

            await using var again = await OpenAsync(copy, 1 << 20);
            Assert.Equal(31, StoredLog.Held(again));
        }
    }

    [Fact]
    public async Task A_journal_that_ends_in_zeros_is_cut_off_and_one_that_is_damaged_before_its_end_is_refused()
    {
        using var place = new StoreCopy();
        var ends = new List<long>();
        await using (var online = await OpenAsync(place, 1 << 20))
        {
            online.OnStep(step => ends.Add(new FileInfo(place.Last("journal")).Length));
            await StoredLog.IngestAsync(online, 0, 12);
        }

        var bounds = ends.Distinct().Order().ToList();
        using (var zeros = StoreCopy.Of(place.Folder))
        {
            using (var file = File.OpenWrite(zeros.Last("journal")))
            {
                file.SetLength(bounds[^1] + 5000);
            }

            await using var online = await OpenAsync(zeros, 1 << 20);
            Assert.Equal(12, StoredLog.Held(online));
        }

        for (var frame = 0; frame < bounds.Count - 1; frame++)
        {
            foreach (var offset in new[] { 1, 9, 13, 25, 60 })
            {
                using var copy = StoreCopy.Of(place.Folder);
                var path = copy.Last("journal");
                var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
                bytes[bounds[frame] + offset] ^= 0x10;
                await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
                var fault = frame == bounds.Count - 2 ? null : await Assert.ThrowsAsync<InvalidDataException>(() => OpenAsync(copy, 1 << 20));
                Assert.Contains(bounds[frame].ToString(CultureInfo.InvariantCulture), fault?.Message ?? $"{bounds[frame]}", StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_damaged_snapshot_and_a_missing_journal_are_refused()
    {
        using var place = new StoreCopy();
        await using (var online = await OpenAsync(place, 1 << 20))
        {
            await StoredLog.IngestAsync(online, 0, 10);
            await online.SnapshotAsync(TestContext.Current.CancellationToken);
            await StoredLog.IngestAsync(online, 10, 12);
        }

        var bytes = await File.ReadAllBytesAsync(place.Last("snapshot"), TestContext.Current.CancellationToken);
        for (var at = 0; at < bytes.Length; at += 97)
        {
            bytes[at] ^= 1;
            await File.WriteAllBytesAsync(place.Last("snapshot"), bytes, TestContext.Current.CancellationToken);
            Assert.Contains("snapshot", (await Assert.ThrowsAsync<InvalidDataException>(() => OpenAsync(place, 1 << 20))).Message, StringComparison.Ordinal);
            bytes[at] ^= 1;
        }

        await File.WriteAllBytesAsync(place.Last("snapshot"), bytes, TestContext.Current.CancellationToken);
        await using (var online = await OpenAsync(place, 1 << 20))
        {
            Assert.Equal(12, StoredLog.Held(online));
        }

        File.Delete(place.Last("journal"));
        await Assert.ThrowsAsync<InvalidDataException>(() => OpenAsync(place, 1 << 20));
    }

    [Fact]
    public async Task Another_definition_is_refused_or_starts_empty_and_one_process_at_a_time_holds_a_folder()
    {
        using var place = new StoreCopy();
        await using (var online = await OpenAsync(place, 1 << 20))
        {
            await StoredLog.IngestAsync(online, 0, 3);
            Assert.Contains("held by", (await Assert.ThrowsAsync<TimeoutException>(() => OpenAsync(place, 1 << 20))).Message, StringComparison.Ordinal);
        }

        var other = FeatureService.Define("stored").View(TestServices.Origins).Build();
        var fault = await Assert.ThrowsAsync<StoredDefinitionException>(() => OnlineFeatures.OpenAsync(other, new OnlineStorageOptions { Folder = place.Folder }, null, TestContext.Current.CancellationToken));
        Assert.Equal((other.Digest.ToString(), StoredLog.Service.Digest.ToString()), (fault.Expected, fault.Actual));
        await using (var same = await OpenAsync(place, 1 << 20))
        {
            Assert.Equal(3, StoredLog.Held(same));
        }

        await using var empty = await OnlineFeatures.OpenAsync(other, new OnlineStorageOptions { Folder = place.Folder, IfDefinitionDiffers = OtherDefinition.StartEmpty }, null, TestContext.Current.CancellationToken);
        Assert.Empty(empty.Positions);
        Assert.Equal(0, empty.RetainedEvents);
    }

    [Fact]
    public async Task A_batch_that_is_refused_is_not_journalled_and_a_closed_store_takes_nothing()
    {
        using var place = new StoreCopy();
        var online = await OpenAsync(place, 1 << 20);
        using var bad = LogEvent.Batch([new LogEvent("A", "B", 1, 1) { Delay = long.MaxValue }]);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await online.IngestAsync("log", bad));
        await StoredLog.IngestAsync(online, 0, 2);
        await online.DisposeAsync();
        await online.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => StoredLog.IngestAsync(online, 2, 3));
        await using var again = await OpenAsync(place, 1 << 20);
        Assert.Equal(2, StoredLog.Held(again));
    }

    [Fact]
    public async Task What_was_let_go_of_stays_let_go_of_and_whole_histories_are_kept()
    {
        using var place = new StoreCopy();
        var service = FeatureService.Define("s").View(TestServices.Routes).View(TestServices.Numbers).Build();
        var options = new OnlineStorageOptions { Folder = place.Folder, FlushAfter = TimeSpan.FromHours(1) };
        await using (var online = await OnlineFeatures.OpenAsync(service, options, null, TestContext.Current.CancellationToken))
        {
            using var batch = LogEvent.Batch([.. Enumerable.Range(0, 300).Select(static i => new LogEvent("A", "B", i, i) { Delay = i == 0 ? 9 : i % 7, Distance = 0 })]);
            await online.IngestAsync("log", batch);
            online.Advance(DateTimeOffset.UnixEpoch.AddTicks(10 * 250));
            await online.SnapshotAsync(TestContext.Current.CancellationToken);
        }

        await using var again = await OnlineFeatures.OpenAsync(service, options, null, TestContext.Current.CancellationToken);
        Assert.InRange(again.RetainedEvents, 300, 400);
        using var request = LogEvent.Batch([new LogEvent("A", "B", 300, null) { Delay = 0 }]);
        using var read = await again.ReadAsync(request, "date");
        Assert.Equal(9.0, ((Apache.Arrow.DoubleArray)read.Values.Column("numbers.delay_max")).GetValue(0));
        using var early = LogEvent.Batch([new LogEvent("A", "B", 249, null) { Delay = 0 }]);
        await Assert.ThrowsAsync<ArgumentException>(async () => await again.ReadAsync(early, "date"));
    }

    private static Task<OnlineFeatures> OpenAsync(StoreCopy place, long snapshotAfter) =>
        OnlineFeatures.OpenAsync(StoredLog.Service, new OnlineStorageOptions { Folder = place.Folder, SnapshotAfterBytes = snapshotAfter }, null, TestContext.Current.CancellationToken);
}
