using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace Workflow.Data.Versioning;

public sealed class GcAndScrubTests
{
    [Fact]
    public async Task Scrub_names_bit_rot_behind_a_read_only_file_and_everyone_who_refers_to_it()
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/sub/a", "good");
        folder.Write("one", "good");
        folder.Write("two", "other");
        var repository = await DataRepository.OpenAsync(folder.Path);
        var ids = (await repository.AddAsync(["data", "one", "two"])).Outputs.Select(static o => o.Md5).ToList();
        Assert.True((await repository.ScrubAsync()).Faults.IsEmpty);

        var rotten = Stored(folder, ids[1]);
        Overwrite(rotten, "goof");
        File.Delete(Stored(folder, ids[2]));
        folder.Write(".dvc/cache/files/md5/00/x.tmp", "litter");
        Directory.CreateDirectory(folder[".dvc/tmp/workflow/staging-dead"]);

        var found = await repository.ScrubAsync();
        Assert.False(found.IsIntact);
        var wrong = found.Faults.Single(static f => f.Kind == CacheFaultKind.WrongContent);
        Assert.Equal((rotten, ids[1], "e8a2dbd0fa9fa3d8d0afb5ee4ae8ef1f".Length), (wrong.Path, wrong.Expected, wrong.Actual!.Length));
        Assert.Equal(["data.dvc: data/sub/a", "one.dvc: one"], wrong.ReferredBy);
        Assert.Equal(["two.dvc: two"], found.Faults.Single(static f => f.Kind == CacheFaultKind.Missing).ReferredBy);
        Assert.Equal(2, found.Faults.Count(static f => f.Kind == CacheFaultKind.Litter));

        // What is still good in the workspace puts it right.
        File.Delete(rotten);
        await repository.AddAsync(["data", "one", "two"]);
        Assert.True((await repository.ScrubAsync()).IsIntact);
    }

    [Fact]
    public async Task A_damaged_list_is_named_by_scrub_and_stops_gc_before_it_removes_anything()
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/a", "1");
        var repository = await DataRepository.OpenAsync(folder.Path);
        var id = (await repository.AddAsync(["data"])).Outputs[0].Md5;
        var list = Stored(folder, id);
        var bytes = File.ReadAllText(list);
        Overwrite(list, bytes[..20]);
        Assert.Equal(CacheFaultKind.WrongContent, (await repository.ScrubAsync()).Faults.Single().Kind);
        var exception = await Assert.ThrowsAsync<DvcException>(() => repository.CollectGarbageAsync(new DataGcOptions { Workspace = true }));
        Assert.Contains(id, exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, Objects(folder));
    }

    [Fact]
    public async Task Gc_keeps_what_any_revision_in_scope_uses_and_removes_the_rest()
    {
        using var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        var repository = await DataRepository.InitAsync(folder.Path);
        for (var round = 0; round < 4; round++)
        {
            folder.Write("data/x", string.Create(CultureInfo.InvariantCulture, $"version {round}"));
            folder.Write("data/same", "same");
            await repository.AddAsync(["data"]);
            await RunningProgram.GitAsync(folder.Path, "add", "-A");
            await RunningProgram.GitAsync(folder.Path, "commit", "-q", "-m", "v");
            await RunningProgram.GitAsync(folder.Path, "tag", "-a", "-m", "t", string.Create(CultureInfo.InvariantCulture, $"t{round}"));
        }

        Assert.Equal(9, Objects(folder));
        Assert.Empty((await repository.CollectGarbageAsync(new DataGcOptions { AllCommits = true })).Removed);
        Assert.Empty((await repository.CollectGarbageAsync(new DataGcOptions { AllTags = true })).Removed);
        Assert.Empty((await repository.CollectGarbageAsync(new DataGcOptions { Since = new DateOnly(2000, 1, 1) })).Removed);
        Assert.Empty((await repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, GracePeriod = TimeSpan.FromHours(1) })).Removed);
        Assert.Equal(4, (await repository.CollectGarbageAsync(new DataGcOptions { Revisions = ["HEAD"], CommitCount = 2, Dry = true })).Removed.Length);
        folder.Write(".dvc/pins", "t0 # the paper\n");
        Assert.Equal(2, (await repository.CollectGarbageAsync(new DataGcOptions { Revisions = ["HEAD"], CommitCount = 2 })).Removed.Length);
        Assert.Equal(7, Objects(folder));
        Assert.True((await repository.ScrubAsync(new DataScrubOptions())).IsIntact);
        Assert.False((await repository.ScrubAsync(new DataScrubOptions { AllTags = true })).IsIntact);
        await Assert.ThrowsAsync<DvcException>(() => repository.CollectGarbageAsync(new DataGcOptions { Revisions = ["nowhere"] }));
        await Assert.ThrowsAsync<DvcException>(() => repository.CollectGarbageAsync(new DataGcOptions()));
        await Assert.ThrowsAsync<DvcException>(() => repository.CollectGarbageAsync(new DataGcOptions { Workspace = true, CommitCount = 2 }));
        Assert.Equal(7, Objects(folder));
    }

    [Fact]
    public async Task A_full_disk_gives_one_clear_error_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        var (exit, _, errors) = await RunningProgram.RunAsync("mount", folder.Path, ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder.Path]);
        Assert.SkipUnless(exit == 0, $"needs the right to mount a small tmpfs: {errors.Trim()}");
        try
        {
            var repository = await DataRepository.InitAsync(folder.Path, new DataInitOptions { NoScm = true });
            folder.Write("kept", "kept");
            await repository.AddAsync(["kept"]);
            folder.Write("big/small", "1");
            await File.WriteAllBytesAsync(folder["big/large"], new byte[1_700_000]);
            var exception = await Assert.ThrowsAnyAsync<IOException>(() => repository.AddAsync(["big"]));
            Assert.Contains("No space left", exception.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(folder["big.dvc"]));
            Assert.Empty(Directory.EnumerateDirectories(folder[".dvc/tmp/workflow"]));
            Assert.True((await repository.ScrubAsync()).Faults.IsEmpty);
            Assert.Equal(1_700_000, new FileInfo(folder["big/large"]).Length);
            File.Delete(folder["big/large"]);
            await repository.AddAsync(["big"]);
            Assert.True((await repository.ScrubAsync()).Faults.IsEmpty);
        }
        finally
        {
            await RunningProgram.RunAsync("umount", "/", [folder.Path]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(2_000)]
    public async Task An_unchanged_folder_is_known_without_a_list_and_any_change_is_seen(int files)
    {
        using var folder = await RepositoryAsync();
        Directory.CreateDirectory(folder["data"]);
        for (var i = 0; i < files; i++)
        {
            folder.Write(string.Create(CultureInfo.InvariantCulture, $"data/{i % 11}/f{i}"), string.Create(CultureInfo.InvariantCulture, $"{i}"));
        }

        var repository = await DataRepository.OpenAsync(folder.Path, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(1)));
        await repository.AddAsync(["data"]);
        var index = Index(folder);
        var probe = new Workspace.FolderProbe(folder.Path, new Ignoring.IgnoreRules(folder.Path, skipsNestedRepositories: true), index);
        Assert.NotNull(probe.TryFindId("data", CancellationToken.None));
        Assert.True((await repository.StatusAsync()).Uncommitted.IsEmpty);

        folder.Write("data/new", "1");
        Assert.Null(probe.TryFindId("data", CancellationToken.None));
        Assert.False((await repository.StatusAsync()).Uncommitted.IsEmpty);
        File.Delete(folder["data/new"]);
        Assert.True((await repository.StatusAsync()).Uncommitted.IsEmpty);
        if (files > 0)
        {
            File.Move(folder["data/0/f0"], folder["data/0/g0"]);
            Assert.False((await repository.StatusAsync()).Uncommitted.IsEmpty);
            File.Move(folder["data/0/g0"], folder["data/0/f0"]);
            Assert.True((await repository.StatusAsync()).Uncommitted.IsEmpty);
            File.Delete(folder["data/0/f0"]);
            Assert.False((await repository.StatusAsync()).Uncommitted.IsEmpty);
            folder.Write(".dvcignore", "/data/0/\n");
            Assert.False((await repository.StatusAsync()).Uncommitted.IsEmpty);
        }
    }

    private static Versioning.Objects.HashIndex Index(TemporaryFolder folder) => Versioning.Objects.HashIndex.Load(folder[".dvc/tmp/workflow/hashes"]);

    private static string Stored(TemporaryFolder folder, string id) => folder[$".dvc/cache/files/md5/{id[..2]}/{id[2..]}"];

    private static int Objects(TemporaryFolder folder) => Directory.EnumerateFiles(folder[".dvc/cache/files/md5"], "*", SearchOption.AllDirectories).Count();

    // The same size, and read-only again.
    private static void Overwrite(string path, string text)
    {
        File.Delete(path);
        Storage.PosixFiles.WriteNewFile(path, System.Text.Encoding.ASCII.GetBytes(text), Versioning.Objects.ObjectCache.ObjectMode);
    }

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        var folder = new TemporaryFolder();
        await DataRepository.InitAsync(folder.Path, new DataInitOptions { NoScm = true });
        return folder;
    }
}
