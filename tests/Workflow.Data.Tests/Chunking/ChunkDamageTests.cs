using CsCheck;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Chunking;

/// <summary>Blobs that are not what was written.</summary>
public sealed class ChunkDamageTests
{
    public static readonly TheoryData<bool, int> Kinds = new() { { false, 0 }, { false, 3 }, { true, 0 }, { true, 3 } };

    private static readonly Dictionary<string, byte[]> Contents = new()
    {
        ["a"] = ChunkData.Bytes(1, 40_000, alphabet: 30),
        ["b/c"] = ChunkData.Bytes(2, 9_000),
        ["b/d"] = [],
        ["e"] = ChunkData.Bytes(1, 40_000, alphabet: 30),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Any_flipped_bit_of_any_blob_is_found_and_the_blob_named(bool isEncrypted, int compression)
    {
        using var fixture = new ChunkFixture(isEncrypted, compression);
        await fixture.Store.UploadAsync(fixture.Files(Contents));
        foreach (var name in fixture.Blobs.Names)
        {
            var length = fixture.Blobs[name].Length;
            await Gen.Select(Gen.Int[0, length - 1], Gen.Int[0, 7]).SampleAsync(position => AssertFoundAsync(fixture, name, position.Item1, position.Item2), iter: 150);

            // Headers, lengths and closing marks, bit by bit.
            foreach (var position in Enumerable.Range(0, Math.Min(160, length)).Concat(Enumerable.Range(Math.Max(0, length - 200), Math.Min(200, length))))
            {
                await AssertFoundAsync(fixture, name, position, position % 8);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_blob_cut_short_lengthened_or_missing_is_named(bool isEncrypted, int compression)
    {
        using var fixture = new ChunkFixture(isEncrypted, compression);
        await fixture.Store.UploadAsync(fixture.Files(Contents));
        foreach (var name in fixture.Blobs.Names.Where(n => n.StartsWith("packs/", StringComparison.Ordinal)))
        {
            var bytes = fixture.Blobs[name];
            foreach (var damaged in new[] { bytes[..^1], bytes[..100], [], [.. bytes, 0] })
            {
                var blobs = fixture.Blobs.Clone();
                blobs[name] = damaged;
                await AssertNamedAsync(fixture, blobs, name, ChunkProblem.Corrupt);
            }

            var without = fixture.Blobs.Clone();
            await without.DeleteAsync([name]);
            await AssertNamedAsync(fixture, without, name, ChunkProblem.Missing);
        }
    }

    [Fact]
    public async Task Damage_is_never_handed_out()
    {
        using var fixture = new ChunkFixture();
        var content = ChunkData.Bytes(3, 900_000);
        await fixture.Store.UploadAsync([fixture.File("x", content)]);
        var pack = fixture.Blobs.Names.Single(n => n.StartsWith("packs/", StringComparison.Ordinal));
        fixture.Blobs[pack][500_000] ^= 1;
        using var reader = fixture.Reopen();
        var error = await Assert.ThrowsAsync<ChunkStoreException>(() => ChunkFixture.ReadAsync(reader, "x"));
        Assert.Equal(pack, error.Blob);
        await Assert.ThrowsAsync<ChunkStoreException>(() => reader.DownloadAsync([new ChunkFile("x", fixture.Folder["out", "x"])]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Folder["out"]));

        // What lies before the damage can still be had.
        ChunkFixture.AssertEqual(content.AsMemory(0, 300_000), await ChunkFixture.ReadAsync(reader, "x", 0, 300_000));
    }

    [Fact]
    public async Task A_repair_drops_what_is_damaged_and_the_next_push_brings_it_back()
    {
        using var fixture = new ChunkFixture();
        var contents = Enumerable.Range(0, 6).ToDictionary(i => $"{i}", i => ChunkData.Bytes((uint)i, 400_000));
        await fixture.Store.UploadAsync(fixture.Files(contents));
        var pack = fixture.Blobs.Names.First(n => n.StartsWith("packs/", StringComparison.Ordinal));
        fixture.Blobs[pack][1234] ^= 4;
        using var store = fixture.Reopen();
        var verification = await store.VerifyAsync();
        Assert.Equal(pack, Assert.Single(verification.Faults).Blob);
        Assert.InRange(verification.DamagedNames.Length, 1, 5);
        var repair = await store.RepairAsync(verification);
        Assert.Equal<string>(verification.DamagedNames, repair.DroppedNames);
        Assert.Equal(repair.DroppedNames.Length, (await store.UploadAsync(fixture.Files(contents))).Added);
        ChunkFixture.AssertSame(contents, await ChunkFixture.ReadAllAsync(store));
        Assert.True((await store.VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task Keys_are_checked_before_anything_else()
    {
        using var sealedStore = new ChunkFixture(isEncrypted: true);
        await sealedStore.Store.UploadAsync([sealedStore.File("x", [1])]);
        await AssertKeyAsync(sealedStore.Blobs, _ => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[32]));
        await AssertKeyAsync(sealedStore.Blobs, null);
        using var short1 = new ChunkStore(sealedStore.Blobs, new ChunkStoreOptions { KeyProvider = _ => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[31]) });
        await Assert.ThrowsAsync<ArgumentException>(() => short1.FindAsync("x"));
        using var plain = new ChunkFixture();
        await plain.Store.UploadAsync([plain.File("x", [1])]);
        await AssertKeyAsync(plain.Blobs, _ => ValueTask.FromResult<ReadOnlyMemory<byte>>(ChunkFixture.Key));
    }

    [Fact]
    public async Task An_encrypted_store_shows_neither_names_nor_content_nor_equality()
    {
        var secret = "the quick brown fox, who is a secret, jumps"u8.ToArray();
        var names = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var fixture = new ChunkFixture(isEncrypted: true);
            await fixture.Store.UploadAsync([fixture.File("secret-name", [.. secret, .. new byte[200_000]])]);
            names.AddRange(fixture.Blobs.Names.Where(n => n.StartsWith("packs/", StringComparison.Ordinal)));
            var id = (await fixture.Store.FindAllAsync(["secret-name"])).Single().Id;
            Assert.NotEqual(await PlainIdAsync([.. secret, .. new byte[200_000]]), id);
            foreach (var blob in fixture.Blobs.Names.Select(n => fixture.Blobs[n]))
            {
                Assert.Equal(-1, blob.AsSpan().IndexOf(secret));
                Assert.Equal(-1, blob.AsSpan().IndexOf("secret-name"u8));
                Assert.Equal(-1, blob.AsSpan().IndexOf(new byte[65]));
            }
        }

        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_manifest_moved_to_another_number_is_refused()
    {
        using var fixture = new ChunkFixture();
        await fixture.Store.UploadAsync([fixture.File("x", [1])]);
        fixture.Blobs[ManifestFormat.NameOf(7)] = fixture.Blobs[ManifestFormat.NameOf(1)];
        using var reader = fixture.Reopen();
        Assert.Equal(ManifestFormat.NameOf(7), (await Assert.ThrowsAsync<ChunkStoreException>(() => reader.FindAsync("x"))).Blob);
    }

    [Fact]
    public void Random_bytes_never_harm_the_readers_of_bodies_and_indexes()
    {
        var body = new ManifestBody();
        var pack = new PackRecord(ContentDigest.Of([1]), 100_000, 3);
        body.Packs.Add(pack.Id, pack);
        body.Contents.Add("a/b", new ContentRecord(pack.Id, 10, 5, [new ChunkRun(pack.Id, 0, 3)]));
        body.RemovedNames.Add("gone");
        body.RemovedPacks.Add(ContentDigest.Of([2]));
        var good = body.Encode();
        Assert.Equal(good, ManifestBody.Decode(good).Encode());
        Gen.Select(Gen.Int[0, good.Length - 1].Array[1, 4], Gen.Byte.Array[4], Gen.Int[0, good.Length]).Sample(
            (positions, values, length) =>
            {
                var bad = good[..length];
                for (var i = 0; i < positions.Length; i++)
                {
                    if (positions[i] < length)
                    {
                        bad[positions[i]] = values[i];
                    }
                }

                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    ManifestBody.Decode(bad);
                }
                catch (InvalidDataException)
                {
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
            },
            iter: 20_000,
            threads: 1);
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.ThrowsAny<Exception>(() => PackIndex.Read(pack, bytes, ChunkKeys.CreatePlain())) is InvalidDataException, iter: 2_000);
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.ThrowsAny<Exception>(() => ManifestFormat.ReadHeader(bytes, 1)) is ChunkStoreException, iter: 2_000);
    }

    private static async Task<ContentDigest> PlainIdAsync(byte[] content)
    {
        using var fixture = new ChunkFixture();
        await fixture.Store.PutAsync("x", new MemoryStream(content));
        return (await fixture.Store.FindAllAsync(["x"])).Single().Id;
    }

    private static async Task AssertKeyAsync(MemoryBlobStore blobs, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? provider)
    {
        using var store = new ChunkStore(blobs, new ChunkStoreOptions { KeyProvider = provider });
        var error = await Assert.ThrowsAsync<ChunkStoreException>(() => store.PutAsync("y", new MemoryStream([2])));
        Assert.Equal(ChunkProblem.Key, error.Problem);
    }

    private static async Task AssertFoundAsync(ChunkFixture fixture, string name, int position, int bit)
    {
        var blobs = fixture.Blobs.Clone();
        var bytes = (byte[])blobs[name].Clone();
        bytes[position] ^= (byte)(1 << bit);
        blobs[name] = bytes;
        await AssertNamedAsync(fixture, blobs, name, null);
    }

    private static async Task AssertNamedAsync(ChunkFixture fixture, MemoryBlobStore blobs, string name, ChunkProblem? problem)
    {
        using var store = fixture.Reopen(blobs);
        ChunkFault fault;
        try
        {
            var verification = await store.VerifyAsync();
            fault = Assert.Single(verification.Faults);
            Assert.Equal(["a", "b/c", "e"], verification.DamagedNames);
        }
        catch (ChunkStoreException e)
        {
            fault = new ChunkFault(e.Blob, e.Problem, e.Message);
        }

        Assert.Equal(name, fault.Blob);
        Assert.Contains(name, fault.Details, StringComparison.Ordinal);
        if (problem is not null)
        {
            Assert.Equal(problem, fault.Problem);
        }
    }
}
