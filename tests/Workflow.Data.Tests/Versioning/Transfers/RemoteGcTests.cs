using Microsoft.Extensions.Time.Testing;

namespace Workflow.Data.Versioning.Transfers;

/// <summary><c>gc --cloud</c> and <c>gc --not-in-remote</c>: only what nothing refers to goes, and never what cannot be understood.</summary>
public sealed class RemoteGcTests
{
    [Fact]
    public async Task What_only_an_earlier_commit_uses_leaves_cache_and_remote_and_all_else_stays()
    {
        using var world = await ChangedAsync();
        world.Folder.Write("remote/runs/ab/note", "kept");
        world.Folder.Write("remote/files/md5/00/not-an-object", "kept");
        var before = Blobs(world, "remote").Count;

        var dry = await world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, Cloud = true, Dry = true });
        Assert.Equal(before, Blobs(world, "remote").Count);
        Assert.Empty((await world.Repository.CollectGarbageAsync(new DataGcOptions { AllCommits = true, Cloud = true })).Removed);

        var result = await world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, Cloud = true });
        Assert.Equal(dry.Removed, result.Removed);
        var removed = result.Removed.Where(static r => r.Remote == "store").ToList();
        Assert.Equal(2, removed.Count);
        Assert.EndsWith(".dir", removed[0].Path, StringComparison.Ordinal);
        Assert.Equal(2, result.Removed.Count(static r => r.Remote is null));
        Assert.Equal(before - 2, Blobs(world, "remote").Count);
        Assert.Equal("kept", world.Folder.Read("remote/runs/ab/note"));

        var clone = await world.CloneAsync("clone");
        await clone.PullAsync();
        Assert.True((await clone.ScrubAsync()).IsIntact);
        Assert.Equal("changed\n", world.Folder.Read("clone/d/x"));
    }

    [Fact]
    public async Task An_output_with_a_remote_of_its_own_counts_there_and_two_names_of_one_place_count_together()
    {
        using var world = await TransferWorld.CreateAsync();
        var config = world.Folder.Read("repo/.dvc/config");
        world.Folder.Write("repo/.dvc/config", config + "['remote \"other\"']\n    url = ../../other\n['remote \"alias\"']\n    url = ../../remote/\n");
        world.Folder.Write("repo/f.dvc", world.Folder.Read("repo/f.dvc") + "  remote: other\n");
        world.Folder.Write("repo/e.dvc", world.Folder.Read("repo/e.dvc") + "  remote: alias\n");
        await world.Repository.PushAsync();
        await world.Repository.PushAsync(new DataTransferOptions { Remote = "other" });
        Assert.Equal((7, 6), (Blobs(world, "remote").Count, Blobs(world, "other").Count));

        // Of what lies in the other remote, only the file that names it belongs there; nothing leaves the first, by whichever name.
        var result = await world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, Cloud = true });
        Assert.All(result.Removed, static r => Assert.Equal("other", r.Remote));
        Assert.Equal((7, 1), (Blobs(world, "remote").Count, Blobs(world, "other").Count));
    }

    [Fact]
    public async Task Without_a_list_of_files_nothing_leaves_a_remote()
    {
        using var world = await ChangedAsync();
        var list = world.ObjectOf("d");
        File.Delete(world.Folder["remote/files/md5/" + list]);
        var cached = world.Folder["repo/.dvc/cache/files/md5/" + list];
        File.Delete(cached);
        var before = Blobs(world, "remote");
        var exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, Cloud = true }));
        Assert.Contains(list.Replace("/", "", StringComparison.Ordinal), exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Blobs(world, "remote"));
    }

    [Fact]
    public async Task A_list_that_only_the_remote_has_is_read_there()
    {
        using var world = await ChangedAsync();
        using var store = new StoreFolder(world);
        var repository = world.Repository.WithProviders(store.Blobs);
        var list = world.Folder["repo/.dvc/cache/files/md5/" + world.ObjectOf("d")];
        var bytes = File.ReadAllBytes(list);
        File.Delete(list);
        var result = await repository.CollectGarbageAsync(new DataGcOptions { Workspace = true });
        Assert.Equal((2, 0), (result.Removed.Length, result.MissingLists.Length));
        Assert.Equal(bytes, File.ReadAllBytes(list));
    }

    [Fact]
    public async Task What_is_whole_in_the_remote_leaves_the_cache_and_what_is_not_stays()
    {
        using var world = await TransferWorld.CreateAsync();
        await world.Repository.PushAsync();
        var cut = world.RemotePathOf("d/x");
        File.Delete(cut);
        File.WriteAllText(cut, "o");
        File.Delete(world.RemotePathOf("f"));

        var result = await world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, NotInRemote = true });
        Assert.Equal(6, result.Removed.Length);
        Assert.True(File.Exists(world.Folder["repo/.dvc/cache/files/md5/" + world.ObjectOf("f")]));
        Assert.Equal(2, Directory.EnumerateFiles(world.Folder["repo/.dvc/cache/files/md5"], "*", SearchOption.AllDirectories).Count());
        await world.Repository.FetchAsync();
        Assert.True((await world.Repository.ScrubAsync()).IsIntact);
    }

    [Fact]
    public async Task What_came_lately_stays_in_the_remote()
    {
        using var world = await ChangedAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var repository = await DataRepository.OpenAsync(world.Repository.Root, clock);
        var options = new DataGcOptions { Workspace = true, Cloud = true, GracePeriod = TimeSpan.FromDays(1) };
        var young = await repository.CollectGarbageAsync(options);
        Assert.Equal((0, 4), (young.Removed.Length, young.KeptYoung));
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(4, (await repository.CollectGarbageAsync(options)).Removed.Length);
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        using var world = await TransferWorld.CreateAsync();
        foreach (var options in new DataGcOptions[]
        {
            new() { Workspace = true, Cloud = true, NotInRemote = true },
            new() { Workspace = true, Remote = "store" },
            new() { Workspace = true, Cloud = true, Remote = "none" },
        })
        {
            await Assert.ThrowsAsync<DvcException>(() => world.Repository.CollectGarbageAsync(options));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, Cloud = true, Jobs = 0 }));
    }

    // One file of a folder changed, committed and pushed twice: two objects of the first commit are no longer in the workspace.
    private static async Task<TransferWorld> ChangedAsync()
    {
        var world = await TransferWorld.CreateAsync();
        await world.Repository.PushAsync();
        world.Folder.Write("repo/d/x", "changed\n");
        await world.Repository.AddAsync(["d"]);
        await RunningProgram.GitAsync(world.Folder["repo"], "add", "-A");
        await RunningProgram.GitAsync(world.Folder["repo"], "commit", "-q", "-m", "2");
        await world.Repository.PushAsync();
        return world;
    }

    private static List<string> Blobs(TransferWorld world, string remote) =>
        [.. Directory.EnumerateFiles(world.Folder[remote], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    // The same remote behind a scheme, so that it is no local folder.
    private sealed class StoreFolder : IDisposable
    {
        private readonly TransferWorld _world;
        private readonly string _config;

        public StoreFolder(TransferWorld world)
        {
            _world = world;
            _config = world.Folder.Read("repo/.dvc/config");
            world.Folder.Write("repo/.dvc/config", _config.Replace("../../remote", "s3://bucket", StringComparison.Ordinal));
            Blobs = new FaultyBlobStore(world.Folder["remote"]);
        }

        public FaultyBlobStore Blobs { get; }

        public void Dispose() => _world.Folder.Write("repo/.dvc/config", _config);
    }
}
