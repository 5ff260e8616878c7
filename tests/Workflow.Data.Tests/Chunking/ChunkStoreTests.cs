using CsCheck;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Chunking;

public sealed class ChunkStoreTests
{
    public static readonly TheoryData<bool, int> Kinds = new() { { false, 0 }, { false, 3 }, { true, 0 }, { true, 3 } };

    // Small, empty, just at the limits, of several packs, with long repetitions.
    private static readonly Gen<byte[]> AnyContent = Gen.Select(Gen.UInt, OneOf(0, 1, 100, 8191, 8192, 8193, 70_000, 131_072, 131_073, 300_000, 1_500_000), OneOf(1, 2, 256))
        .Select((seed, length, alphabet) => ChunkData.Bytes(seed % 7, length, alphabet));

    private static readonly Gen<Dictionary<string, byte[]>> AnyTree = Gen.Select(OneOf("a", "b/c", "files/md5/ab/cd", "ü/😀", "z.dir", "b/d e"), AnyContent)
        .Array[0, 6].Select(pairs => pairs.GroupBy(p => p.Item1).ToDictionary(g => g.Key, g => g.Last().Item2));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Random_trees_come_back_byte_for_byte(bool isEncrypted, int compression) =>
        await AnyTree.SampleAsync(
            async tree =>
            {
                using var fixture = new ChunkFixture(isEncrypted, compression);
                var result = await fixture.Store.UploadAsync(fixture.Files(tree));
                Assert.Equal(tree.Count, result.Added);
                using var other = fixture.Reopen();
                ChunkFixture.AssertSame(tree, await ChunkFixture.ReadAllAsync(other));
                var targets = tree.Keys.Select((name, i) => new ChunkFile(name, fixture.Folder["out", $"{i}", "f"])).ToList();
                await other.DownloadAsync(targets, isDurable: false);
                ChunkFixture.AssertSame(tree, targets.ToDictionary(t => t.Name, t => File.ReadAllBytes(t.Path)));
                Assert.True((await other.VerifyAsync()).IsIntact);
            },
            iter: 15);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Any_range_can_be_read(bool isEncrypted, int compression)
    {
        using var fixture = new ChunkFixture(isEncrypted, compression);
        var content = ChunkData.Bytes(1, 3_000_000, alphabet: 20);
        await fixture.Store.UploadAsync([fixture.File("x", content)]);
        await Gen.Select(Gen.Int[0, content.Length], Gen.Int[0, content.Length]).SampleAsync(
            async (a, b) =>
            {
                var (offset, end) = (Math.Min(a, b), Math.Max(a, b));
                ChunkFixture.AssertEqual(content.AsMemory(offset, end - offset), await ChunkFixture.ReadAsync(fixture.Store, "x", offset, end - offset));
            },
            iter: 40);
        Assert.Empty(await ChunkFixture.ReadAsync(fixture.Store, "x", content.Length));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.Store.OpenReadAsync("x", 1, content.Length));
    }

    [Fact]
    public async Task A_stream_can_be_read_from_any_place_to_any_other()
    {
        using var fixture = new ChunkFixture(configure: o => o.MaxPackBytes = 1 << 20);
        var content = ChunkData.Bytes(2, 4_000_000);
        await fixture.Store.UploadAsync([fixture.File("x", content)]);
        await using var stream = await fixture.Store.OpenReadAsync("x");
        Assert.True(stream.CanSeek);
        var buffer = new byte[1000];
        foreach (var position in new[] { 3_999_000, 0, 500, 2_000_000, 70_000, 1_100_000, 1_000_000 })
        {
            stream.Position = position;
            await stream.ReadExactlyAsync(buffer);
            Assert.True(content.AsSpan(position, 1000).SequenceEqual(buffer));
        }
    }

    [Fact]
    public async Task Cuts_do_not_depend_on_how_a_stream_is_read()
    {
        var content = ChunkData.Bytes(5, 700_000);
        var ids = new HashSet<ContentDigest>();
        foreach (var piece in new[] { 1_000, 7, 8_192, 65_537, 1 << 20 })
        {
            using var fixture = new ChunkFixture();
            await fixture.Store.PutAsync("x", new PieceStream(content, piece));
            ids.Add((await fixture.Store.FindAllAsync(["x"])).Single().Id);
        }

        Assert.Single(ids);
    }

    [Fact]
    public async Task Equal_contents_have_one_id_and_are_stored_once_in_whatever_order_they_come()
    {
        var tree = Enumerable.Range(0, 12).ToDictionary(i => $"n{i}", i => ChunkData.Bytes((uint)i % 4, 200_000));
        foreach (var order in new Func<List<ChunkFile>, List<ChunkFile>>[] { f => f, f => [.. Enumerable.Reverse(f)], f => [.. f.OrderBy(x => x.Name[^1])] })
        {
            using var fixture = new ChunkFixture();
            var result = await fixture.Store.UploadAsync(order(fixture.Files(tree)));
            Assert.Equal(2_400_000, result.BytesRead);
            Assert.Equal(1_600_000, result.BytesReused);
            Assert.InRange(result.BytesUploaded, 800_000, 810_000);
            Assert.Equal(4, (await fixture.Store.FindAllAsync(tree.Keys)).Select(c => c.Id).Distinct().Count());
        }
    }

    [Fact]
    public async Task Random_edits_cost_their_neighbourhood_only() =>
        await Gen.Select(Gen.UInt, Gen.Int[0, 4_000_000], Gen.Int[0, 40], Gen.Int[0, 40]).SampleAsync(
            async (seed, position, removed, inserted) =>
            {
                using var fixture = new ChunkFixture(configure: o => o.MaxPackBytes = 64 << 20);
                var content = ChunkData.Bytes(11, 4_000_100);
                await fixture.Store.UploadAsync([fixture.File("v1", content)]);
                byte[] edited = [.. content[..position], .. ChunkData.Bytes(seed, inserted), .. content[(position + removed)..]];
                fixture.Blobs.ClearRequests();
                using var other = fixture.Reopen();
                await other.UploadAsync([fixture.File("v2", edited)]);
                Assert.InRange(fixture.Blobs.Requests.Sum(r => r.Bytes), 0, 450_000);
                ChunkFixture.AssertEqual(edited.AsMemory(), await ChunkFixture.ReadAsync(other, "v2"));
            },
            iter: 12);

    [Fact]
    public async Task It_is_a_blob_store_with_conditional_puts_and_deletion()
    {
        using var fixture = new ChunkFixture();
        var store = fixture.Store;
        Assert.Null(await store.FindAsync("a"));
        await Assert.ThrowsAsync<BlobNotFoundException>(() => store.OpenReadAsync("a"));
        Assert.True(await store.PutAsync("a", new MemoryStream([1, 2, 3]), PutCondition.IfAbsent));
        Assert.False(await store.PutAsync("a", new MemoryStream([9]), PutCondition.IfAbsent));
        Assert.Equal([1, 2, 3], await ChunkFixture.ReadAsync(store, "a"));
        var late = new MemoryStream([0, 0, 7, 8]) { Position = 2 };
        Assert.True(await store.PutAsync("a", late));
        Assert.True(late.CanRead);
        Assert.Equal([7, 8], await ChunkFixture.ReadAsync(store, "a"));
        Assert.Equal(2, (await store.FindAsync("a"))!.Length);
        await store.PutAsync("b/c", new MemoryStream());
        await store.DeleteAsync(["a", "never there"]);
        using var other = fixture.Reopen();
        Assert.Equal(["b/c"], (await ChunkFixture.ReadAllAsync(other)).Keys);
        Assert.Empty(await ChunkFixture.ReadAsync(other, "b/c"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.PutAsync("../x", new MemoryStream()));
    }

    [Fact]
    public async Task Nothing_is_written_when_a_name_or_a_file_is_missing()
    {
        using var fixture = new ChunkFixture();
        await Assert.ThrowsAsync<FileNotFoundException>(() => fixture.Store.UploadAsync([fixture.File("a", [1]), new ChunkFile("b", fixture.Folder["nowhere"])]));
        Assert.Empty(await fixture.Store.FindAllAsync(["a", "b"]));
        await fixture.Store.UploadAsync([fixture.File("a", [1])]);
        var missing = await Assert.ThrowsAsync<BlobNotFoundException>(() =>
            fixture.Store.DownloadAsync([new("a", fixture.Folder["out", "a"]), new("b", fixture.Folder["out", "b"]), new("c", fixture.Folder["out", "c"])]));
        Assert.Contains("'b' and 1 more such as 'c'", missing.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(fixture.Folder["out"]));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Store.UploadAsync([fixture.File("a", [1]), fixture.File("a", [1])]));
    }

    [Fact]
    public async Task A_cancelled_download_leaves_no_file()
    {
        using var fixture = new ChunkFixture();
        await fixture.Store.UploadAsync(fixture.Files(Enumerable.Range(0, 5).Select(i => KeyValuePair.Create($"{i}", ChunkData.Bytes((uint)i, 900_000)))));
        using var cancellation = new CancellationTokenSource();
        fixture.Blobs.BeforeRequest = request => request is { Operation: "read" } && fixture.Blobs.Requests.Count(r => r.Operation == "read") >= 3 ? cancellation.CancelAsync() : Task.CompletedTask;
        fixture.Blobs.ClearRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Store.DownloadAsync(
            [.. Enumerable.Range(0, 5).Select(i => new ChunkFile($"{i}", fixture.Folder["out", $"{i}"]))], cancellationToken: cancellation.Token));
        Assert.Empty(Directory.EnumerateFiles(fixture.Folder["out"]));
    }

    [Fact]
    public async Task Progress_ends_at_everything()
    {
        using var fixture = new ChunkFixture();
        var reports = new List<ChunkProgress>();
        await fixture.Store.UploadAsync([fixture.File("a", new byte[100_000]), fixture.File("b", [1])], new Listener(reports));
        Assert.Equal(new ChunkProgress(2, 2, 100_001), reports[^1]);
    }

    private sealed class Listener(List<ChunkProgress> reports) : IProgress<ChunkProgress>
    {
        public void Report(ChunkProgress value) => reports.Add(value);
    }

    private sealed class PieceStream(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
