using Workflow.Data.Chunking;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Chunking;

/// <summary>The store dies between, or in, any two requests; afterwards nothing is lost and doing it again completes.</summary>
public sealed class ChunkFaultTests
{
    public static readonly TheoryData<bool, bool> Kinds = new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_push_that_dies_at_any_request_loses_nothing_and_completes_when_repeated(bool isEncrypted, bool failsAfterEffect)
    {
        using var fixture = new ChunkFixture(isEncrypted, configure: o => o.MaxParallelism = 1);
        var before = Contents("old", 3, 300_000);
        await fixture.Store.UploadAsync(fixture.Files(before));
        var after = Contents("new", 12, 500_000);
        var files = fixture.Files(after);

        var requests = await KillEverywhereAsync(fixture, failsAfterEffect, store => store.UploadAsync(files), async blobs =>
        {
            using var reader = fixture.Reopen(blobs);
            var there = await ChunkFixture.ReadAllAsync(reader);
            ChunkFixture.AssertSame(before, there.Where(c => c.Key.StartsWith("old", StringComparison.Ordinal)).ToDictionary());
            foreach (var (name, content) in there.Where(c => c.Key.StartsWith("new", StringComparison.Ordinal)))
            {
                Assert.True(after[name].AsSpan().SequenceEqual(content));
            }

            Assert.True((await reader.VerifyAsync()).IsIntact);
            await reader.UploadAsync(files);
            ChunkFixture.AssertSame(before.Concat(after).ToDictionary(), await ChunkFixture.ReadAllAsync(reader));
        });
        Assert.InRange(requests, 8, 40);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_collection_that_dies_at_any_request_loses_nothing_and_completes_when_repeated(bool isEncrypted, bool failsAfterEffect)
    {
        using var fixture = new ChunkFixture(isEncrypted, configure: o => o.GracePeriod = TimeSpan.Zero);
        var kept = Contents("kept", 3, 300_000);
        await fixture.Store.UploadAsync(fixture.Files(kept));
        await fixture.Store.UploadAsync(fixture.Files(Contents("gone", 5, 500_000)));
        await fixture.Store.DeleteAsync([.. Enumerable.Range(0, 5).Select(i => $"gone{i}")]);
        await KillEverywhereAsync(fixture, failsAfterEffect, store => store.CollectAsync(), async blobs =>
        {
            using var reader = fixture.Reopen(blobs);
            ChunkFixture.AssertSame(kept, await ChunkFixture.ReadAllAsync(reader));
            await reader.CollectAsync();
            await reader.CollectAsync();
            ChunkFixture.AssertSame(kept, await ChunkFixture.ReadAllAsync(reader));
            Assert.True((await reader.VerifyAsync()).IsIntact);
            Assert.Single(blobs.Names, n => n.StartsWith("packs/", StringComparison.Ordinal));
            Assert.Single(blobs.Names, n => n.StartsWith("manifests/", StringComparison.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_repack_that_dies_at_any_request_loses_nothing_and_completes_when_repeated(bool isEncrypted, bool failsAfterEffect)
    {
        using var fixture = new ChunkFixture(isEncrypted, compression: isEncrypted ? 1 : 0, configure: o => (o.GracePeriod, o.MaxParallelism) = (TimeSpan.Zero, 1));
        var all = Contents("x", 12, 250_000);
        await fixture.Store.UploadAsync(fixture.Files(all));
        var packs = fixture.Blobs.Names.Count(IsPack);
        var gone = all.Keys.Where((_, i) => i % 4 != 0).ToArray();
        var kept = all.Where(c => !gone.Contains(c.Key)).ToDictionary();
        await fixture.Store.DeleteAsync(gone);
        Assert.InRange((await fixture.Store.CollectAsync(isDryRun: true)).Repacked, 2, packs);
        var requests = await KillEverywhereAsync(fixture, failsAfterEffect, store => store.CollectAsync(), async blobs =>
        {
            using var reader = fixture.Reopen(blobs);
            ChunkFixture.AssertSame(kept, await ChunkFixture.ReadAllAsync(reader));
            Assert.True((await reader.VerifyAsync()).IsIntact);
            await reader.CollectAsync();
            await reader.CollectAsync();
            await reader.CollectAsync();
            ChunkFixture.AssertSame(kept, await ChunkFixture.ReadAllAsync(reader));
            Assert.True((await reader.VerifyAsync()).IsIntact);
            Assert.Equal(1, blobs.Names.Count(IsPack));
            Assert.InRange(blobs.Names.Where(IsPack).Sum(n => blobs[n].Length), 0, 770_000);

            // What was taken away can be pushed again, and what stayed is not sent a second time.
            blobs.ClearRequests();
            await reader.UploadAsync(fixture.Files(kept.ToDictionary(c => "again " + c.Key, c => c.Value)));
            Assert.DoesNotContain(blobs.Requests, r => r.Operation == "put" && IsPack(r.Name));
        });
        Assert.InRange(requests, 10, 60);
    }

    [Fact]
    public async Task A_push_at_the_time_of_a_repack_keeps_what_it_builds_on()
    {
        using var fixture = new ChunkFixture(configure: o => o.GracePeriod = TimeSpan.FromDays(14));
        var all = Contents("x", 4, 240_000);
        await fixture.Store.UploadAsync(fixture.Files(all));
        await fixture.Store.DeleteAsync(["x1", "x2", "x3"]);
        using var other = fixture.Reopen();
        var again = fixture.Files(all.ToDictionary(c => "again " + c.Key, c => c.Value));
        var hasPushed = false;
        fixture.Blobs.BeforeRequest = async request =>
        {
            if (!hasPushed && request.Operation == "put" && IsPack(request.Name))
            {
                // Between the copy and its manifest somebody needs all of the old pack.
                hasPushed = true;
                await other.UploadAsync(again);
            }
        };
        Assert.Equal(1, (await fixture.Store.CollectAsync()).Repacked);
        Assert.True(hasPushed);
        fixture.Blobs.BeforeRequest = null;
        await fixture.Store.CollectAsync();
        using var reader = fixture.Reopen();
        ChunkFixture.AssertSame(all.ToDictionary(c => "again " + c.Key, c => c.Value).Append(KeyValuePair.Create("x0", all["x0"])).ToDictionary(), await ChunkFixture.ReadAllAsync(reader));
        Assert.True((await reader.VerifyAsync()).IsIntact);
    }

    private static bool IsPack(string name) => name.StartsWith("packs/", StringComparison.Ordinal);

    [Fact]
    public async Task Deletion_and_repair_that_die_at_any_request_complete_when_repeated()
    {
        using var fixture = new ChunkFixture();
        var contents = Contents("x", 4, 500_000);
        await fixture.Store.UploadAsync(fixture.Files(contents));
        var pack = fixture.Blobs.Names.First(n => n.StartsWith("packs/", StringComparison.Ordinal));
        fixture.Blobs[pack] = [.. fixture.Blobs[pack][..100], 1, 2, 3, .. fixture.Blobs[pack][103..]];
        var verification = await fixture.Store.VerifyAsync();
        await KillEverywhereAsync(fixture, failsAfterEffect: true, store => store.RepairAsync(verification), async blobs =>
        {
            using var reader = fixture.Reopen(blobs);
            await reader.RepairAsync(verification);
            Assert.True((await reader.VerifyAsync()).IsIntact);
            await reader.UploadAsync(fixture.Files(contents));
            ChunkFixture.AssertSame(contents, await ChunkFixture.ReadAllAsync(reader));
        });
    }

    private static async Task<int> KillEverywhereAsync(ChunkFixture fixture, bool failsAfterEffect, Func<ChunkStore, Task> action, Func<MemoryBlobStore, Task> checkAsync)
    {
        for (var k = 1; ; k++)
        {
            Assert.True(k < 500, "The action never ends.");
            var blobs = fixture.Blobs.Clone();
            blobs.FailAt = k;
            blobs.FailsAfterEffect = failsAfterEffect;
            var hasFailed = false;
            using (var store = fixture.Reopen(blobs))
            {
                try
                {
                    await action(store);
                }
                catch (IOException e) when (e.Message.Contains("was made to", StringComparison.Ordinal))
                {
                    hasFailed = true;
                }
            }

            blobs.FailAt = null;
            await checkAsync(blobs);
            if (!hasFailed)
            {
                return k - 1;
            }
        }
    }

    private static Dictionary<string, byte[]> Contents(string prefix, int count, int length) =>
        Enumerable.Range(0, count).ToDictionary(i => $"{prefix}{i}", i => ChunkData.Bytes((uint)(prefix[0] + i), length));
}
