using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Chunking;

/// <summary>Several users of one store, and what collections may take away.</summary>
public sealed class ChunkConcurrencyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pushers_at_the_same_time_all_succeed_from_the_first_push_on(bool isEncrypted)
    {
        using var fixture = new ChunkFixture(isEncrypted);
        fixture.Blobs.BeforeRequest = async _ => await Task.Yield();
        var trees = Enumerable.Range(0, 6).Select(p => Enumerable.Range(0, 5).ToDictionary(i => $"{p}/{i}", i => ChunkData.Bytes((uint)((p * 3) + i), 100_000))).ToArray();
        var files = trees.Select(fixture.Files).ToArray();
        await Task.WhenAll(files.Select(async f =>
        {
            using var pusher = fixture.Reopen();
            foreach (var part in f.Chunk(2))
            {
                await pusher.UploadAsync(part);
            }
        }));
        using var reader = fixture.Reopen();
        ChunkFixture.AssertSame(trees.SelectMany(t => t).ToDictionary(), await ChunkFixture.ReadAllAsync(reader));
        Assert.True((await reader.VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task Of_two_pushers_of_one_name_one_wins_and_both_know()
    {
        using var fixture = new ChunkFixture();
        using var first = fixture.Reopen();
        using var second = fixture.Reopen();
        var hasRun = false;
        fixture.Blobs.BeforeRequest = async request =>
        {
            if (!hasRun && request is { Operation: "put" } && request.Name.StartsWith("manifests/", StringComparison.Ordinal))
            {
                hasRun = true;
                Assert.True(await second.PutAsync("x", new MemoryStream([2]), PutCondition.IfAbsent));
            }
        };
        Assert.False(await first.PutAsync("x", new MemoryStream([1]), PutCondition.IfAbsent));
        Assert.True(hasRun);
        Assert.Equal([2], await ChunkFixture.ReadAsync(first, "x"));
    }

    [Fact]
    public async Task One_store_object_serves_many_threads()
    {
        using var fixture = new ChunkFixture();
        await Parallel.ForAsync(0, 20, async (i, token) =>
        {
            await fixture.Store.PutAsync($"{i}", new MemoryStream(ChunkData.Bytes((uint)i, 50_000)), cancellationToken: token);
            Assert.Equal(50_000, (await fixture.Store.FindAsync($"{i}", token))!.Length);
            ChunkFixture.AssertEqual(ChunkData.Bytes((uint)i, 50_000).AsMemory(), await ChunkFixture.ReadAsync(fixture.Store, $"{i}"));
        });
        Assert.Equal(20, (await ChunkFixture.ReadAllAsync(fixture.Store)).Count);
    }

    [Fact]
    public async Task Packs_without_users_go_after_the_grace_period_and_not_before()
    {
        var clock = new FakeTimeProvider();
        using var fixture = new ChunkFixture(clock: clock);
        await fixture.Store.UploadAsync(fixture.Files([KeyValuePair.Create("a", ChunkData.Bytes(1, 300_000))]));
        await fixture.Store.UploadAsync(fixture.Files([KeyValuePair.Create("b", ChunkData.Bytes(2, 300_000))]));
        await fixture.Store.DeleteAsync(["a"]);
        Assert.Equal((1, 1, 0), Counts(await fixture.Store.CollectAsync(isDryRun: true)));
        Assert.Equal((1, 1, 0), Counts(await fixture.Store.CollectAsync()));
        clock.Advance(TimeSpan.FromDays(13));
        Assert.Equal((0, 1, 0), Counts(await fixture.Store.CollectAsync()));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((0, 0, 1), Counts(await fixture.Store.CollectAsync(isDryRun: true)));
        Assert.Equal(2, Packs(fixture));
        var last = await fixture.Store.CollectAsync();
        Assert.Equal((0, 0, 1), Counts(last));
        Assert.InRange(last.DeletedBytes, 300_000, 310_000);
        Assert.Equal(1, Packs(fixture));
        Assert.Equal(["b"], (await ChunkFixture.ReadAllAsync(fixture.Store)).Keys);
    }

    [Fact]
    public async Task A_condemned_pack_is_used_again_by_who_pushes_the_same_content()
    {
        var clock = new FakeTimeProvider();
        using var fixture = new ChunkFixture(clock: clock);
        var content = ChunkData.Bytes(1, 300_000);
        await fixture.Store.UploadAsync(fixture.Files([KeyValuePair.Create("a", content)]));
        await fixture.Store.DeleteAsync(["a"]);
        await fixture.Store.CollectAsync();
        clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(0, (await fixture.Store.UploadAsync(fixture.Files([KeyValuePair.Create("b", content)]))).BytesUploaded);
        clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal((0, 0, 0), Counts(await fixture.Store.CollectAsync()));
        ChunkFixture.AssertEqual(content.AsMemory(), await ChunkFixture.ReadAsync(fixture.Store, "b"));
    }

    [Theory]
    [InlineData("manifests/")]
    [InlineData("packs/")]
    public async Task A_collection_in_the_middle_of_a_push_takes_nothing_that_it_needs(string at)
    {
        // The push finds a pack of equal content whose grace period is nearly over; before it writes, a collection deletes that pack.
        var clock = new FakeTimeProvider();
        using var fixture = new ChunkFixture(clock: clock);
        var content = ChunkData.Bytes(1, 300_000);
        await fixture.Store.UploadAsync(fixture.Files([KeyValuePair.Create("old", content)]));
        await fixture.Store.DeleteAsync(["old"]);
        await fixture.Store.CollectAsync();
        clock.Advance(TimeSpan.FromDays(13.9));
        using var pusher = fixture.Reopen();
        using var collector = fixture.Reopen();
        var hasRun = false;
        fixture.Blobs.BeforeRequest = async request =>
        {
            if (!hasRun && request is { Operation: "put" } && request.Name.StartsWith(at, StringComparison.Ordinal))
            {
                hasRun = true;
                clock.Advance(TimeSpan.FromDays(0.2));
                Assert.Equal(1, (await collector.CollectAsync()).Deleted);
            }
        };
        await pusher.UploadAsync(fixture.Files([KeyValuePair.Create("new", content), KeyValuePair.Create("more", ChunkData.Bytes(9, 100))]));
        Assert.True(hasRun);
        ChunkFixture.AssertEqual(content.AsMemory(), await ChunkFixture.ReadAsync(pusher, "new"));
        using var reader = fixture.Reopen();
        Assert.True((await reader.VerifyAsync()).IsIntact);
        Assert.Equal(["more", "new"], (await ChunkFixture.ReadAllAsync(reader)).Keys);
    }

    [Fact]
    public async Task Packs_of_a_push_that_never_ended_go_after_the_grace_period()
    {
        var clock = new FakeTimeProvider();
        using var fixture = new ChunkFixture(clock: clock);
        await fixture.Store.UploadAsync(fixture.Files([KeyValuePair.Create("a", new byte[] { 1 })]));
        fixture.Blobs.BeforeRequest = request => request is { Operation: "put" } && request.Name.StartsWith("manifests/", StringComparison.Ordinal) ? throw new IOException("dies") : Task.CompletedTask;
        using (var dying = fixture.Reopen())
        {
            await Assert.ThrowsAsync<IOException>(() => dying.UploadAsync(fixture.Files([KeyValuePair.Create("b", ChunkData.Bytes(1, 100_000))])));
        }

        fixture.Blobs.BeforeRequest = null;
        Assert.Equal(2, Packs(fixture));
        await fixture.Store.CollectAsync();
        Assert.Equal(2, Packs(fixture));
        clock.Advance(TimeSpan.FromDays(15));
        Assert.Equal(1, (await fixture.Store.CollectAsync()).Deleted);
        Assert.Equal(["a"], (await ChunkFixture.ReadAllAsync(fixture.Store)).Keys);
    }

    [Fact]
    public async Task A_push_that_paused_for_half_the_grace_period_is_refused()
    {
        var clock = new FakeTimeProvider();
        using var fixture = new ChunkFixture(clock: clock);
        fixture.Blobs.BeforeRequest = request =>
        {
            if (request is { Operation: "put" } && request.Name.StartsWith("packs/", StringComparison.Ordinal))
            {
                clock.Advance(TimeSpan.FromDays(8));
            }

            return Task.CompletedTask;
        };
        var error = await Assert.ThrowsAsync<ChunkStoreException>(() => fixture.Store.UploadAsync(fixture.Files([KeyValuePair.Create("b", ChunkData.Bytes(1, 100_000))])));
        Assert.Equal(ChunkProblem.Contention, error.Problem);
        Assert.DoesNotContain(fixture.Blobs.Names, n => n.StartsWith("manifests/", StringComparison.Ordinal));
    }

    private static (long Condemned, long Waiting, long Deleted) Counts(ChunkCollection collection) => (collection.Condemned, collection.Waiting, collection.Deleted);

    private static int Packs(ChunkFixture fixture) => fixture.Blobs.Names.Count(n => n.StartsWith("packs/", StringComparison.Ordinal));
}
