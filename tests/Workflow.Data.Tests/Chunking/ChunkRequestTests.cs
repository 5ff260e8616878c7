using Workflow.Data.Chunking;

namespace Workflow.Data.Tests.Chunking;

/// <summary>What pushes and pulls cost in requests and bytes.</summary>
public sealed class ChunkRequestTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Twenty_thousand_small_files_are_few_puts_and_pushing_them_again_is_two_requests(bool isEncrypted)
    {
        using var fixture = new ChunkFixture(isEncrypted, configure: o => o.MaxPackBytes = 64 << 20);
        var files = ManyFiles(fixture, 20_000, isEncrypted ? 64 : 10_240);
        fixture.Blobs.ClearRequests();
        await fixture.Store.UploadAsync(files);
        Assert.InRange(fixture.Blobs.Requests.Count(r => r.Operation == "put"), 2, 6);

        using var other = fixture.Reopen();
        fixture.Blobs.ClearRequests();
        var again = await other.UploadAsync(files);
        Assert.Equal((0, 20_000), (again.Added, again.Present));
        Assert.InRange(fixture.Blobs.Requests.Count, 1, 2);
        fixture.Blobs.ClearRequests();
        await other.UploadAsync(files);
        Assert.Single(fixture.Blobs.Requests);
    }

    [Fact]
    public async Task After_many_pushes_a_new_process_needs_two_requests_with_a_cache_folder_and_three_without()
    {
        using var fixture = new ChunkFixture(configure: o => o.MaxPackBytes = 64 << 20);
        await fixture.Store.UploadAsync(ManyFiles(fixture, 3_000, 10));
        for (var i = 0; i < 150; i++)
        {
            await fixture.Store.PutAsync($"more/{i}", new MemoryStream([(byte)i]));
        }

        fixture.Blobs.ClearRequests();
        using (var cold = fixture.Reopen())
        {
            Assert.Equal(2, (await cold.FindAllAsync(["small/00007", "more/149"])).Count);
        }

        Assert.InRange(fixture.Blobs.Requests.Count, 2, 3);
        fixture.Options.CacheFolder = fixture.Folder["cache"];
        using (var first = fixture.Reopen())
        {
            await first.FindAllAsync([]);
        }

        fixture.Blobs.ClearRequests();
        using var second = fixture.Reopen();
        Assert.Equal(2, (await second.FindAllAsync(["small/00007", "more/149"])).Count);
        Assert.InRange(fixture.Blobs.Requests.Count, 1, 2);
    }

    [Fact]
    public async Task Manifests_of_many_small_pushes_stay_small()
    {
        using var fixture = new ChunkFixture();
        await fixture.Store.UploadAsync(ManyFiles(fixture, 10_000, 10));
        var full = fixture.Blobs.Requests.Last(r => r.Operation == "put").Bytes;
        fixture.Blobs.ClearRequests();
        for (var i = 0; i < 300; i++)
        {
            await fixture.Store.PutAsync($"more/{i}", new MemoryStream([(byte)i, (byte)(i >> 8)]));
        }

        // A full manifest each time would be 300 × full.
        var sent = fixture.Blobs.Requests.Where(r => r.Name.StartsWith("manifests/", StringComparison.Ordinal)).Sum(r => r.Bytes);
        Assert.InRange((double)sent / full, 0, 40);
    }

    [Fact]
    public async Task Eight_bytes_inserted_into_half_a_gigabyte_cost_less_than_150_kilobytes()
    {
        using var fixture = new ChunkFixture(configure: o => o.MaxPackBytes = 64 << 20);
        var content = ChunkData.Bytes(42, 512 << 20);
        await fixture.Store.PutAsync("v1", new MemoryStream(content));
        byte[] edited = new byte[content.Length + 8];
        var costs = new List<long>();
        foreach (var position in new[] { 0, 268_435_456 })
        {
            content.AsSpan(0, position).CopyTo(edited);
            "inserted"u8.CopyTo(edited.AsSpan(position));
            content.AsSpan(position).CopyTo(edited.AsSpan(position + 8));
            fixture.Blobs.ClearRequests();
            using var cold = fixture.Reopen();
            await cold.PutAsync($"at {position}", new MemoryStream(edited));
            costs.Add(fixture.Blobs.Requests.Sum(r => r.Bytes));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"bytes sent: {string.Join(", ", costs)}");
        Assert.All(costs, cost => Assert.InRange(cost, 8, 150_000));
    }

    [Fact]
    public void What_an_insertion_of_eight_bytes_costs_is_known_over_five_hundred_places()
    {
        // A cut depends on at most 128 KiB after the one before: where the content is longer changes nothing.
        var content = ChunkData.Bytes(42, 64 << 20);
        var cuts = new HashSet<int>();
        for (var at = 0; at < content.Length; cuts.Add(at))
        {
            at += GearChunking.FindCut(content.AsSpan(at), GearTable.Plain);
        }

        var starts = cuts.Prepend(0).Order().ToArray();
        var edited = new byte[content.Length + 8];
        var costs = new List<int>();
        for (var i = 0; i < 500; i++)
        {
            var place = (int)((long)i * (content.Length - 1) / 499);
            content.AsSpan(0, place).CopyTo(edited);
            "inserted"u8.CopyTo(edited.AsSpan(place));
            content.AsSpan(place).CopyTo(edited.AsSpan(place + 8));
            var begin = starts.Last(s => s <= place);
            var end = begin;
            do
            {
                end += GearChunking.FindCut(edited.AsSpan(end), GearTable.Plain);
            }
            while (end < edited.Length && !(end >= place + 8 && cuts.Contains(end - 8)));
            costs.Add(end - begin);
        }

        costs.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"new chunks: mean {costs.Average():f0}, median {costs[250]}, 90 % {costs[450]}, 95 % {costs[475]}, 99 % {costs[495]}, most {costs[^1]}; above 148,000: {costs.Count(c => c > 148_000)} of 500");
        Assert.InRange(costs.Average(), 60_000, 100_000);
        Assert.InRange(costs.Count(c => c > 148_000), 0, 25);
    }

    [Fact]
    public async Task A_pull_of_many_files_reads_each_pack_about_once()
    {
        using var fixture = new ChunkFixture(configure: o => o.MaxPackBytes = 8 << 20);
        var files = ManyFiles(fixture, 3_000, 10_000);
        await fixture.Store.UploadAsync(files);
        using var other = fixture.Reopen();
        fixture.Blobs.ClearRequests();
        await other.DownloadAsync([.. files.Select(f => f with { Path = f.Path + ".out" })], isDurable: false);

        // Listing, manifest, and of each of the four packs its index and its chunks.
        Assert.InRange(fixture.Blobs.Requests.Count, 8, 12);
    }

    private static List<ChunkFile> ManyFiles(ChunkFixture fixture, int count, int length)
    {
        var all = ChunkData.Bytes(9, count * length);
        var folder = Directory.CreateDirectory(fixture.Folder["small"]).FullName;
        var files = new List<ChunkFile>(count);
        for (var i = 0; i < count; i++)
        {
            var path = Path.Combine(folder, $"{i:d5}");
            File.WriteAllBytes(path, all[(i * length)..((i + 1) * length)]);
            files.Add(new ChunkFile($"small/{i:d5}", path));
        }

        return files;
    }
}
