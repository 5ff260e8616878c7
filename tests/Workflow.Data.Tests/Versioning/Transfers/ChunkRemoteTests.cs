using Microsoft.Extensions.Configuration;
using Workflow.Data.Chunking;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A chunk store as a remote, through the commands of a repository: what they cost, what they say, and what is left when something fails.</summary>
public sealed class ChunkRemoteTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_push_can_be_pulled_into_a_clone(bool isEncrypted)
    {
        var options = new ChunkStoreOptions
        {
            CompressionLevel = isEncrypted ? 3 : 0,
            KeyProvider = isEncrypted ? static _ => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[32]) : null,
        };
        using var world = await ChunkWorld.CreateAsync(largeBytes: 3 << 20, smallFiles: 300, options: options);
        Assert.Equal(309, (await world.Repository.CloudStatusAsync()).Paths.Length);
        Assert.Equal(309, (await world.Repository.StatusAsync(new DataStatusOptions { Granular = true, NotInRemote = true })).NotInRemote.Length);
        var pushed = await world.Repository.PushAsync();
        Assert.Equal((309, 0), (pushed.Objects, pushed.Missing.Length));
        Assert.InRange(pushed.Bytes, 3 << 20, (3 << 20) + 100_000);
        Assert.Empty((await world.Repository.CloudStatusAsync()).Paths);
        Assert.Empty((await world.Repository.StatusAsync(new DataStatusOptions { Granular = true, NotInRemote = true })).NotInRemote);
        Assert.All(world.Blobs.Names, static n => Assert.Matches("^(packs|manifests)/", n));

        var clone = await world.CloneAsync("clone");
        var pulled = await clone.PullAsync();
        Assert.Equal((309, 307L), (pulled.Transfer.Objects, pulled.Checkout.FilesAdded));
        AssertSameData(world.Folder["repo"], world.Folder["clone"]);
        Assert.True((await clone.StatusAsync()).IsClean);
        Assert.True((await clone.ScrubAsync()).IsIntact);
    }

    [Fact]
    public async Task Twenty_thousand_small_files_are_few_puts_and_a_push_or_pull_of_nothing_is_two_requests()
    {
        using var world = await ChunkWorld.CreateAsync(smallFiles: 20_000);
        world.Blobs.ClearRequests();
        Assert.Equal(20_008, (await world.Repository.PushAsync()).Objects);
        TestContext.Current.TestOutputHelper?.WriteLine($"push: {world.Puts} PUTs of {world.Blobs.Requests.Count} requests");
        Assert.InRange(world.Puts, 2, 20);

        world.Blobs.ClearRequests();
        Assert.Equal(0, (await world.Repository.PushAsync()).Objects);
        Assert.InRange(world.Blobs.Requests.Count, 1, 2);

        var clone = await world.CloneAsync("clone");
        world.Blobs.ClearRequests();
        Assert.Equal(20_008, (await clone.PullAsync()).Transfer.Objects);
        TestContext.Current.TestOutputHelper?.WriteLine($"pull: {world.Blobs.Requests.Count} requests");
        Assert.InRange(world.Blobs.Requests.Count, 2, 12);
        world.Blobs.ClearRequests();
        Assert.Equal(0, (await clone.PullAsync()).Transfer.Objects);
        Assert.InRange(world.Blobs.Requests.Count, 0, 2);
        world.Blobs.ClearRequests();
        Assert.Empty((await clone.CloudStatusAsync()).Paths);
        Assert.InRange(world.Blobs.Requests.Count, 1, 2);
    }

    [Fact]
    public async Task A_push_of_nothing_stays_two_requests_after_many_pushes()
    {
        using var world = await ChunkWorld.CreateAsync(smallFiles: 3_000);
        await world.Repository.PushAsync();
        for (var i = 0; i < 12; i++)
        {
            world.Folder.Write("repo/f", $"version {i}\n");
            await world.Repository.AddAsync(["f"]);
            Assert.Equal(1, (await world.Repository.PushAsync()).Objects);
            world.Blobs.ClearRequests();
            Assert.Equal(0, (await world.Repository.PushAsync()).Objects);
            Assert.InRange(world.Blobs.Requests.Count, 1, 2);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_push_that_fails_at_any_request_leaves_a_readable_store_and_the_next_goes_on(bool isAfterEffect)
    {
        using var world = await ChunkWorld.CreateAsync(largeBytes: 20 << 20, smallFiles: 40, options: new ChunkStoreOptions { MaxPackBytes = 1 << 20, MaxParallelism = 1 });
        world.Folder.Write("repo/large", Convert.ToBase64String(Tests.Chunking.ChunkData.Bytes(7, 15 << 20)));
        await world.Repository.AddAsync(["large"]);
        for (var step = 1; ; step++)
        {
            foreach (var name in world.Blobs.Names)
            {
                await world.Blobs.DeleteAsync([name]);
            }

            world.Blobs.ClearRequests();
            (world.Blobs.FailAt, world.Blobs.FailsAfterEffect) = (step, isAfterEffect);
            try
            {
                await world.Repository.PushAsync();
                Assert.InRange(step, 20, 100);
                return;
            }
            catch (DvcException exception)
            {
                Assert.Contains("remote 'store'", exception.Message, StringComparison.Ordinal);
            }

            world.Blobs.FailAt = null;
            using (var store = world.Store())
            {
                Assert.True((await store.VerifyAsync()).IsIntact);
            }

            var sentBefore = world.Blobs.Names.Count(static n => n.StartsWith("manifests/", StringComparison.Ordinal));
            world.Blobs.ClearRequests();
            await world.Repository.PushAsync();
            Assert.Empty((await world.Repository.CloudStatusAsync()).Paths);
            if (sentBefore > 0)
            {
                // Sixteen packs of twenty are named by the first manifest: they are not sent again.
                Assert.InRange(world.Blobs.Requests.Count(static r => r.Operation == "put" && r.Name.StartsWith("packs/", StringComparison.Ordinal)), 0, 8);
            }
        }
    }

    [Fact]
    public async Task A_chunk_store_is_no_plain_remote_and_the_reverse()
    {
        using var world = await ChunkWorld.CreateAsync();
        await world.Repository.PushAsync();
        world.Folder.Write("repo/f", "other\n");
        await world.Repository.AddAsync(["f"]);
        var before = world.Blobs.Names.ToArray();
        foreach (var call in new Func<Task>[] { () => world.AsPlain().PushAsync(), () => world.AsPlain().CloudStatusAsync(), async () => await (await world.World.CloneAsync("plain")).WithProviders(new ChunkWorld.Provider(world.Blobs)).PullAsync() })
        {
            var exception = await Assert.ThrowsAsync<DvcException>(call);
            Assert.Contains("chunk store", exception.Message, StringComparison.Ordinal);
            Assert.Contains("Workflow:Data:Chunking:store", exception.Message, StringComparison.Ordinal);
            Assert.Single(exception.Problems);
        }

        Assert.Equal(before, world.Blobs.Names);

        using var other = await ChunkWorld.CreateAsync();
        await other.AsPlain().PushAsync();
        before = [.. other.Blobs.Names];
        foreach (var call in new Func<Task>[] { () => other.Repository.PushAsync(), () => other.Repository.CloudStatusAsync(), async () => await (await other.CloneAsync("clone")).PullAsync() })
        {
            var exception = await Assert.ThrowsAsync<DvcException>(call);
            Assert.Contains("plain remote", Assert.Single(exception.Problems), StringComparison.Ordinal);
        }

        Assert.Equal(before, other.Blobs.Names);
    }

    [Fact]
    public async Task A_damaged_object_of_the_cache_is_not_pushed_nor_is_the_list_that_names_it()
    {
        using var world = await ChunkWorld.CreateAsync(largeBytes: 6 << 20);
        foreach (var path in new[] { "d/x", "large" })
        {
            var cached = world.Folder["repo/.dvc/cache/files/md5/" + world.World.ObjectOf(path)];
            var length = new FileInfo(cached).Length;
            File.Delete(cached);
            await File.WriteAllBytesAsync(cached, new byte[length]);
        }

        var exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.PushAsync());
        Assert.Equal(2, exception.Problems.Count(static p => p.Contains("damaged", StringComparison.Ordinal)));
        using var store = world.Store();
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(""))
        {
            names.Add(blob.Name);
        }

        Assert.DoesNotContain("files/md5/" + world.World.ObjectOf("d/x"), names);
        Assert.DoesNotContain("files/md5/" + world.World.ObjectOf("d"), names);
        Assert.DoesNotContain("files/md5/" + world.World.ObjectOf("large"), names);
        Assert.Contains("files/md5/" + world.World.ObjectOf("e"), names);
        Assert.Equal(6, names.Count);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("missing")]
    [InlineData("cut")]
    public async Task A_damaged_pack_is_one_clear_error_and_everything_else_is_fetched(string how)
    {
        using var world = await ChunkWorld.CreateAsync();
        await world.Repository.PushAsync();
        world.Folder.Write("repo/d/big", Convert.ToBase64String(Tests.Chunking.ChunkData.Bytes(3, 300_000)));
        await world.Repository.AddAsync(["d"]);
        await Versioning.RunningProgram.GitAsync(world.Folder["repo"], "commit", "-q", "-a", "-m", "2");
        var known = world.Blobs.Names.ToHashSet(StringComparer.Ordinal);
        await world.Repository.PushAsync(new DataTransferOptions { Targets = ["d/big"] });
        var pack = world.Blobs.Names.Single(n => !known.Contains(n) && n.StartsWith("packs/", StringComparison.Ordinal));
        await world.Repository.PushAsync();
        switch (how)
        {
            case "damaged":
                world.Blobs[pack] = [.. world.Blobs[pack].Select(static (b, i) => i == 100 ? (byte)~b : b)];
                break;
            case "cut":
                world.Blobs[pack] = world.Blobs[pack][..1000];
                break;
            default:
                await world.Blobs.DeleteAsync([pack]);
                break;
        }

        var clone = await world.CloneAsync("clone");
        var exception = await Assert.ThrowsAsync<DvcException>(() => clone.PullAsync());
        var problem = Assert.Single(exception.Problems);
        Assert.Contains(pack, problem, StringComparison.Ordinal);
        Assert.Contains("1 object(s)", problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(world.Folder["clone/d"]));
        Assert.True(File.Exists(world.Folder["clone/.dvc/cache/files/md5/" + world.World.ObjectOf("d/x")]));
        Assert.False(File.Exists(world.Folder["clone/.dvc/cache/files/md5/" + world.World.ObjectOf("d/big")]));
        Assert.Empty(Leftovers(world.Folder["clone"]));

        exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.ExportAsync(world.Folder["exported"]));
        Assert.Contains(pack, Assert.Single(exception.Problems), StringComparison.Ordinal);
        Assert.True(File.Exists(world.Folder["exported/files/md5/" + world.World.ObjectOf("d/x")]));
        Assert.False(File.Exists(world.Folder["exported/files/md5/" + world.World.ObjectOf("d/big")]));

        // Dropped and pushed again, all is well.
        using (var store = world.Store())
        {
            await store.RepairAsync(await store.VerifyAsync());
        }

        Assert.Equal(1, (await world.Repository.PushAsync()).Objects);
        await clone.PullAsync();
        AssertSameData(world.Folder["repo"], world.Folder["clone"]);
    }

    [Fact]
    public async Task A_damaged_manifest_is_one_clear_error_for_every_command_and_nothing_is_written()
    {
        using var world = await ChunkWorld.CreateAsync();
        await world.Repository.PushAsync();
        var manifest = world.Blobs.Names.First(static n => n.StartsWith("manifests/", StringComparison.Ordinal));
        world.Blobs[manifest] = world.Blobs[manifest][..^20];
        var before = world.Blobs.Names.ToArray();
        var clone = await world.CloneAsync("clone");
        foreach (var call in new Func<Task>[]
        {
            () => world.Repository.PushAsync(), () => world.Repository.CloudStatusAsync(), () => clone.PullAsync(), () => clone.FetchAsync(),
            () => world.Repository.StatusAsync(new DataStatusOptions { NotInRemote = true }), () => world.Repository.ExportAsync(world.Folder["exported"]),
        })
        {
            var exception = await Assert.ThrowsAsync<DvcException>(call);
            Assert.Contains(manifest, Assert.Single(exception.Problems), StringComparison.Ordinal);
            Assert.Contains("remote 'store'", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, world.Blobs.Names);
        Assert.False(Directory.Exists(world.Folder["exported"]));
        Assert.False(Directory.Exists(world.Folder["clone/d"]));
        Assert.Empty(Leftovers(world.Folder["clone"]));
    }

    [Fact]
    public async Task A_content_that_is_not_the_one_of_its_name_is_refused_and_not_kept()
    {
        using var world = await ChunkWorld.CreateAsync(largeBytes: 5 << 20);
        await world.Repository.PushAsync();
        using (var store = world.Store())
        {
            await store.PutAsync("files/md5/" + world.World.ObjectOf("d/x"), new MemoryStream("wrong"u8.ToArray()));
            await store.PutAsync("files/md5/" + world.World.ObjectOf("large"), new MemoryStream(new byte[5 << 20]));
        }

        var clone = await world.CloneAsync("clone");
        var exception = await Assert.ThrowsAsync<DvcException>(() => clone.FetchAsync());
        Assert.Equal(2, exception.Problems.Length);
        Assert.All(exception.Problems, static p => Assert.Contains("wrong content", p, StringComparison.Ordinal));
        Assert.False(File.Exists(world.Folder["clone/.dvc/cache/files/md5/" + world.World.ObjectOf("d/x")]));
        Assert.True(File.Exists(world.Folder["clone/.dvc/cache/files/md5/" + world.World.ObjectOf("d/z")]));
        Assert.Empty(Leftovers(world.Folder["clone"]));
    }

    [Fact]
    public async Task A_missing_or_wrong_key_is_said_without_showing_any()
    {
        var keyFile = Path.GetTempFileName();
        try
        {
            const string key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
            await File.WriteAllTextAsync(keyFile, key + "\n");
            using var world = await ChunkWorld.CreateAsync(options: new ChunkStoreOptions { KeyFile = keyFile });
            await world.Repository.PushAsync();
            await (await world.CloneAsync("clone")).PullAsync();
            foreach (var wrong in new[] { key[..62] + "00", "no key", "" })
            {
                await File.WriteAllTextAsync(keyFile, wrong);
                var exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.CloudStatusAsync());
                Assert.Contains("key", Assert.Single(exception.Problems), StringComparison.Ordinal);
                Assert.DoesNotContain(key[..16], exception.ToString(), StringComparison.OrdinalIgnoreCase);
            }

            File.Delete(keyFile);
            Assert.Contains(keyFile, (await Assert.ThrowsAsync<DvcException>(() => world.Repository.CloudStatusAsync())).Message, StringComparison.Ordinal);
            world.Options.KeyFile = null;
            Assert.Contains("encrypted", (await Assert.ThrowsAsync<DvcException>(async () => await (await world.CloneAsync("other")).PullAsync())).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    [Fact]
    public async Task Garbage_goes_from_a_chunk_store_and_the_rest_can_be_pulled()
    {
        using var world = await ChunkWorld.CreateAsync(largeBytes: 3 << 20, options: new ChunkStoreOptions { GracePeriod = TimeSpan.Zero });
        await world.Repository.PushAsync();
        await world.Repository.RemoveAsync(["large.dvc"]);
        await RunningProgram.GitAsync(world.Folder["repo"], "commit", "-q", "-a", "-m", "2");
        var before = world.Blobs.Names.Sum(n => world.Blobs[n].Length);
        var collected = await world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, Cloud = true });
        Assert.Contains(collected.Removed, static r => r is { Remote: "store", Size: 3 << 20 });
        await world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, Cloud = true });
        using (var store = world.Store())
        {
            await store.CollectAsync();
            Assert.True((await store.VerifyAsync()).IsIntact);
        }

        Assert.InRange(world.Blobs.Names.Sum(n => world.Blobs[n].Length), 0, before / 10);
        await (await world.CloneAsync("clone")).PullAsync();
        Assert.Equal("one\n", world.Folder.Read("clone/d/x"));
    }

    [Fact]
    public async Task The_real_dvc_pulls_from_an_exported_chunk_store()
    {
        RealDvc.Require();
        using var world = await ChunkWorld.CreateAsync(largeBytes: 2 << 20, smallFiles: 20);
        await world.Repository.PushAsync();
        Assert.Equal(29, (await world.Repository.ExportAsync(world.Folder["plain"])).Objects);
        Assert.Equal(0, (await world.Repository.ExportAsync(world.Folder["plain"])).Objects);
        await world.World.CloneAsync("clone");
        world.Folder.Write("clone/.dvc/config.local", $"['remote \"store\"']\n    url = {world.Folder["plain"]}\n");
        await RealDvc.SucceedAsync(world.Folder["clone"], "pull", "-q");
        Assert.Equal("{}", await RealDvc.SucceedAsync(world.Folder["clone"], "status", "-c", "--json"));
        AssertSameData(world.Folder["repo"], world.Folder["clone"]);
    }

    [Fact]
    public void The_configuration_names_all_that_is_wrong_and_shows_no_value()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Workflow:Data:Chunking:Store:CompressionLevel"] = "3",
            ["Workflow:Data:Chunking:Store:GracePeriod"] = "7.00:00:00",
            ["Workflow:Data:Chunking:Store:KeyFile"] = "keys/store",
            ["Workflow:Data:Chunking:off:Enabled"] = "false",
        }).Build();
        var store = Assert.Single(ChunkStoreConfiguration.Read(configuration, "/etc"));
        Assert.Equal(("store", 3, TimeSpan.FromDays(7), "/etc/keys/store"), (store.Key, store.Value.CompressionLevel, store.Value.GracePeriod, store.Value.KeyFile));

        configuration["Workflow:Data:Chunking:Store:Key"] = "secret";
        configuration["Workflow:Data:Chunking:other:MaxUploads"] = "0";
        var exception = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => ChunkStoreConfiguration.Read(configuration));
        Assert.Equal(2, exception.Failures.Count());
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    internal static void AssertSameData(string expected, string actual)
    {
        var wanted = Data(expected);
        var found = Data(actual);
        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(wanted, f => Assert.True(f.Value.AsSpan().SequenceEqual(found[f.Key]), f.Key));
    }

    private static Dictionary<string, byte[]> Data(string root) => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        .Select(p => Path.GetRelativePath(root, p))
        .Where(static p => !p.StartsWith(".git/", StringComparison.Ordinal) && !p.StartsWith(".dvc/", StringComparison.Ordinal))
        .ToDictionary(static p => p, p => File.ReadAllBytes(Path.Combine(root, p)), StringComparer.Ordinal);

    private static IEnumerable<string> Leftovers(string root) => !Directory.Exists(Path.Combine(root, ".dvc/tmp/workflow")) ? [] : Directory.EnumerateFiles(Path.Combine(root, ".dvc/tmp/workflow"), "*", SearchOption.AllDirectories)
        .Where(static p => !p.Contains("/chunks/", StringComparison.Ordinal));
}
