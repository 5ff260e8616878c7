using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Online.Stores;

public sealed class EmbeddedOnlineStoreCrashTests : IDisposable
{
    private const long T = 1_709_640_000_000_000;
    private static readonly Schema Columns = new([new Field("s", StringType.Default, true), new Field("x", DoubleType.Default, true)], null);
    private static readonly OnlineTable Table = OnlineTable.Of(FeatureView.Define("v", "rows").Entity(new Entity("e", new EntityKey("id", EntityKeyType.Int64))).EventTime("at").Latest("s", "s").Latest("x", "x").Build())[0];
    private readonly string _folder = Directory.CreateTempSubdirectory("workflow-crash-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public async Task What_was_written_is_there_after_the_store_is_opened_again(int snapshotAfter)
    {
        var options = new EmbeddedOnlineStoreOptions { Folder = Path.Combine(_folder, "a"), SnapshotAfterBytes = snapshotAfter };
        await using (var store = new EmbeddedOnlineStore(options))
        {
            await store.SaveAsync(Table, State);
            for (var i = 0; i < 100; i++)
            {
                await WriteAsync(store, i % 10, T + i, new string('x', i));
                await WriteAsync(store, i % 10, T - 1, "older");
            }

            await store.SaveAsync(Table, State with { MaterializedTo = DateTimeOffset.UnixEpoch });
        }

        Assert.Equal(snapshotAfter == 4096 ? 1 : 0, Directory.GetFiles(options.Folder, "snapshot-*").Length);
        Assert.Single(Directory.GetFiles(options.Folder, "journal-*"));
        await using var again = new EmbeddedOnlineStore(options);
        Assert.Equal(string.Join(';', Enumerable.Range(90, 10).Select(static i => new string('x', i))), await ReadAsync(again, 10));
        Assert.Equal(DateTimeOffset.UnixEpoch, (await again.FindAsync(Table))!.MaterializedTo);
        Assert.Equal(new OnlineWriteResult(0, 1), await WriteAsync(again, 9, T + 99, "not newer"));
    }

    [Fact]
    public async Task A_journal_that_is_cut_off_at_any_byte_gives_what_was_written_before()
    {
        var (folder, ends) = await MakeAsync();
        var journal = Path.GetFileName(Assert.Single(Directory.GetFiles(folder, "journal-*")));
        var whole = await File.ReadAllBytesAsync(Path.Combine(folder, journal));
        for (var length = 0; length <= whole.Length; length++)
        {
            var copy = Path.Combine(_folder, "cut");
            Directory.CreateDirectory(copy);
            await File.WriteAllBytesAsync(Path.Combine(copy, journal), whole.AsMemory(0, length));
            await using (var store = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = copy }))
            {
                var complete = ends.Count(e => e <= length);
                Assert.Equal((length, complete > 0), (length, await store.FindAsync(Table) is not null));
                Assert.Equal((length, Expected(complete - 1)), (length, await ReadAsync(store, 3)));
                if (complete > 0)
                {
                    // The end that was cut off does not stand before what comes next.
                    Assert.Equal(1, (await WriteAsync(store, 0, T + 1000, "after")).Written);
                }
            }

            await using (var again = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = copy }))
            {
                Assert.StartsWith(ends.Any(e => e <= length) ? "after;" : ";", await ReadAsync(again, 3), StringComparison.Ordinal);
            }

            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public async Task A_journal_with_a_changed_byte_is_refused_or_loses_its_last_record_only()
    {
        var (folder, ends) = await MakeAsync();
        var journal = Path.GetFileName(Assert.Single(Directory.GetFiles(folder, "journal-*")));
        var whole = await File.ReadAllBytesAsync(Path.Combine(folder, journal));
        var refused = 0;
        for (var at = 0; at < whole.Length; at++)
        {
            var copy = Path.Combine(_folder, "flip");
            Directory.CreateDirectory(copy);
            var changed = whole.ToArray();
            changed[at] ^= 0x10;
            await File.WriteAllBytesAsync(Path.Combine(copy, journal), changed);
            await using (var store = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = copy }))
            {
                if (at < ends[^2])
                {
                    var exception = await Assert.ThrowsAsync<OnlineStoreException>(async () => await store.FindAsync(Table));
                    Assert.Equal(OnlineStoreFault.Corrupt, exception.Fault);
                    Assert.Contains(journal, exception.Message, StringComparison.Ordinal);
                    refused++;
                }
                else
                {
                    Assert.Equal((at, Expected(ends.Count - 2)), (at, await ReadAsync(store, 3)));
                }
            }

            Directory.Delete(copy, recursive: true);
        }

        Assert.True(refused > 100);
    }

    [Fact]
    public async Task A_damaged_or_shortened_snapshot_is_refused()
    {
        var folder = Path.Combine(_folder, "snapshot");
        await using (var store = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder, SnapshotAfterBytes = 4096 }))
        {
            await store.SaveAsync(Table, State);
            for (var i = 0; i < 30; i++)
            {
                await WriteAsync(store, i % 3, T + i, new string('y', 200));
            }
        }

        var snapshot = Assert.Single(Directory.GetFiles(folder, "snapshot-*"));
        var whole = await File.ReadAllBytesAsync(snapshot);
        for (var at = 0; at < whole.Length; at += 7)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            foreach (var bytes in new[] { changed, whole[..at] })
            {
                await File.WriteAllBytesAsync(snapshot, bytes);
                await using var store = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder });
                Assert.Equal(OnlineStoreFault.Corrupt, (await Assert.ThrowsAsync<OnlineStoreException>(async () => await store.FindAsync(Table))).Fault);
            }
        }
    }

    [Fact]
    public async Task A_crash_between_a_new_snapshot_and_its_journal_leaves_everything()
    {
        var (folder, ends) = await MakeAsync();
        var whole = Directory.GetFiles(folder).ToDictionary(static f => Path.GetFileName(f), File.ReadAllBytes);
        await using (var store = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder, SnapshotAfterBytes = 4096 }))
        {
            while (Directory.GetFiles(folder, "snapshot-*").Length == 0)
            {
                await WriteAsync(store, 5, T, "filling");
                await WriteAsync(store, 6, Directory.GetFiles(folder).Sum(static f => new FileInfo(f).Length), new string('z', 500));
            }
        }

        // The new snapshot is there, its journal is not; the old journal and an unfinished file are.
        File.Delete(Assert.Single(Directory.GetFiles(folder, "journal-*")));
        await File.WriteAllBytesAsync(Path.Combine(folder, "journal-00000000"), whole["journal-00000000"]);
        await File.WriteAllTextAsync(Path.Combine(folder, ".half.workflow-tmp"), "half");
        await using var again = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder });
        Assert.Equal(Expected(ends.Count - 1), await ReadAsync(again, 3));
        Assert.Equal(["journal-00000001", "snapshot-00000001"], Directory.GetFiles(folder, "*-0*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(folder, "*.workflow-tmp"));
    }

    [Fact]
    public async Task A_folder_belongs_to_one_store_at_a_time()
    {
        var options = new EmbeddedOnlineStoreOptions { Folder = Path.Combine(_folder, "one"), LockTimeout = TimeSpan.FromMilliseconds(100) };
        await using var first = new EmbeddedOnlineStore(options);
        await first.SaveAsync(Table, State);
        await using (var second = new EmbeddedOnlineStore(options))
        {
            await Assert.ThrowsAsync<TimeoutException>(async () => await second.FindAsync(Table));
        }

        await first.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await first.FindAsync(Table));
        await using var third = new EmbeddedOnlineStore(options);
        Assert.NotNull(await third.FindAsync(Table));
    }

    private static OnlineTableState State => new() { Digest = Table.Digest, Schema = Columns };

    private static async Task<OnlineWriteResult> WriteAsync(EmbeddedOnlineStore store, long id, long time, string text)
    {
        using var keys = Ids([id]);
        using var values = new RecordBatch(Columns, [new StringArray.Builder().Append(text).Build(), new DoubleArray.Builder().Append(time).Build()], 1);
        return await store.WriteAsync(new OnlineRows(Table, keys, values, new OnlineTimes(new[] { time }, new[] { time })));
    }

    private static async Task<string> ReadAsync(EmbeddedOnlineStore store, int count)
    {
        using var keys = Ids([.. Enumerable.Range(0, count).Select(static i => (long)i)]);
        var plan = new OnlinePlan([new OnlineTableRead(Table, Table.Features, Columns)]);
        using var set = Assert.Single(await store.ReadAsync(new OnlineQuery { Plan = plan, Keys = keys, AtMicroseconds = 2 * T }));
        for (var row = 0; row < count; row++)
        {
            Assert.Equal(set.Values[0].IsNull(row) ? null : set.EventMicroseconds.Span[row], ((DoubleArray)set.Values[1]).GetValue(row));
        }

        return string.Join(';', Enumerable.Range(0, count).Select(row => ((StringArray)set.Values[0]).GetString(row)));
    }

    private static RecordBatch Ids(ImmutableArray<long> ids) => new(new Schema([new Field("id", Int64Type.Default, false)], null), [new Int64Array.Builder().AppendRange(ids).Build()], ids.Length);

    // Writes five rows, one record each, and gives where each record after the first ends.
    private async Task<(string Folder, List<long> Ends)> MakeAsync()
    {
        var folder = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        await using var store = new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder });
        await store.SaveAsync(Table, State);
        var journal = Assert.Single(Directory.GetFiles(folder, "journal-*"));
        var ends = new List<long> { new FileInfo(journal).Length };
        for (var i = 0; i < 5; i++)
        {
            await WriteAsync(store, i % 3, T + i, $"v{i}");
            ends.Add(new FileInfo(journal).Length);
        }

        return (folder, ends);
    }

    private static string Expected(int rows) => string.Join(';', Enumerable.Range(0, 3).Select(key => Enumerable.Range(0, Math.Max(0, rows)).LastOrDefault(i => i % 3 == key, -1) is >= 0 and var last ? $"v{last}" : ""));
}
