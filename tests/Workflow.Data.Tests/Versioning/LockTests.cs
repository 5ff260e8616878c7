using System.Diagnostics;
using Workflow.Data.Versioning.Configuration;
using Workflow.Data.Versioning.Locking;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning;

/// <summary>Many readers, one writer, real processes.</summary>
public sealed class LockTests
{
    [Fact]
    public async Task Two_processes_that_add_different_folders_at_once_both_succeed()
    {
        using var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        await DataRepository.InitAsync(folder.Path);
        string[] names = ["a", "b", "c"];
        foreach (var name in names)
        {
            for (var i = 0; i < 50; i++)
            {
                folder.Write($"{name}/f{i}", $"{name} or shared {i % 10}");
            }
        }

        var self = Path.ChangeExtension(typeof(LockTests).Assembly.Location, null);
        var runs = await Task.WhenAll(names.Select(name => RunningProgram.RunAsync(self, folder.Path, [], new Dictionary<string, string>
        {
            [CrashingAdd.FolderVariable] = folder.Path,
            [CrashingAdd.StepVariable] = "none",
            [CrashingAdd.TargetsVariable] = name,
        })));
        // Each kills itself when its add has returned.
        Assert.All(runs, static r => Assert.True(r.ExitCode == 137, r.Errors));
        var repository = await DataRepository.OpenAsync(folder.Path);
        Assert.Equal(["a/", "b/", "c/"], (await repository.StatusAsync()).Committed.Added);
        Assert.Equal(["/a", "/b", "/c"], folder.Read(".gitignore").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        var found = await repository.ScrubAsync();
        Assert.True(found.Faults.IsEmpty, string.Join("; ", found.Faults));
    }

    [Fact]
    public async Task Hashing_does_not_hold_the_repositorys_lock_and_gc_waits_for_it()
    {
        using var folder = await RepositoryAsync();
        folder.Write("a/1", "1");
        folder.Write("b/1", "2");
        var adding = await DataRepository.OpenAsync(folder.Path);
        var other = await DataRepository.OpenAsync(folder.Path);
        other.LockTimeout = TimeSpan.Zero;
        var isReached = false;
        adding.StepReached = step =>
        {
            if (step == "staged")
            {
                isReached = true;

                // Its objects are on their way; somebody else adds meanwhile, and nobody may remove.
                Block(other.AddAsync(["b"]));
                Assert.Equal(DvcErrorKind.Locked, Assert.Throws<DvcException>(() => Block(other.CollectGarbageAsync(new DataGcOptions { Workspace = true }))).Kind);
                Assert.Equal(DvcErrorKind.Locked, Assert.Throws<DvcException>(() => Block(other.AddAsync(["a/1"]))).Kind);
                Assert.True(ScrubSync(other).IsIntact);
            }
        };
        await adding.AddAsync(["a"]);
        Assert.True(isReached);
        Assert.True(File.Exists(folder["a.dvc"]) && File.Exists(folder["b.dvc"]));
        Assert.Empty((await other.CollectGarbageAsync(new DataGcOptions { Workspace = true })).Removed);
        Assert.Equal("{\"write\":{}}", folder.Read(".dvc/tmp/rwlock"));

        static void Block(Task task) => Task.Run(() => task).GetAwaiter().GetResult();
        static DataScrubResult ScrubSync(DataRepository repository) => Task.Run(() => repository.ScrubAsync()).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task An_object_that_somebody_removes_while_an_add_counts_on_it_is_written_again()
    {
        using var folder = await RepositoryAsync();
        folder.Write("a", "same");
        folder.Write("b", "same");
        var repository = await DataRepository.OpenAsync(folder.Path);
        var id = (await repository.AddAsync(["a"])).Outputs[0].Md5;
        var stored = folder[$".dvc/cache/files/md5/{id[..2]}/{id[2..]}"];

        // As dvc gc would, which does not know our lock on the cache.
        repository.StepReached = step =>
        {
            if (step == "flushed")
            {
                File.Delete(stored);
            }
        };
        await repository.AddAsync(["b"]);
        Assert.Equal("same", File.ReadAllText(stored));
    }

    [Fact]
    public async Task A_writer_waits_for_the_other_and_says_who_it_was_when_the_time_is_over()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        var repository = await DataRepository.OpenAsync(folder.Path);
        Assert.Equal(TimeSpan.FromMinutes(1), repository.LockTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => repository.LockTimeout = TimeSpan.FromTicks(-1));
        var configuration = DvcConfiguration.Load(folder[".dvc"]);
        var held = await DvcLock.AcquireAsync(folder[".dvc"], configuration, TimeProvider.System, CancellationToken.None);
        repository.LockTimeout = TimeSpan.FromSeconds(0.1);
        var exception = await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync(["f"]));
        Assert.Equal(DvcErrorKind.Locked, exception.Kind);
        Assert.Contains($"process {Environment.ProcessId}", exception.Message, StringComparison.Ordinal);

        repository.LockTimeout = TimeSpan.FromSeconds(30);
        var adding = repository.AddAsync(["f"]);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.False(adding.IsCompleted);
        held.Dispose();
        await adding;
    }

    [Fact]
    public async Task Readers_run_beside_a_push_and_writers_and_gc_wait_for_its_end()
    {
        using var world = await TransferWorld.CreateAsync();
        var other = await DataRepository.OpenAsync(world.Folder["repo"]);
        other.LockTimeout = TimeSpan.Zero;
        world.Folder.Write("repo/g", "another");
        var isReached = 0;
        world.Repository.StepReached = step =>
        {
            if (step == "object" && Interlocked.Exchange(ref isReached, 1) == 0)
            {
                // In the middle of the push.
                Block(Task.WhenAll(other.StageStatusAsync(), other.StageStatusAsync(), other.DiffAsync(), other.CloudStatusAsync(), other.StatusAsync(), other.ScrubAsync()));
                foreach (var writer in new Func<Task>[] { () => other.AddAsync(["g"]), () => other.CheckoutAsync(), () => other.RemoveAsync(["f.dvc"]), () => other.CollectGarbageAsync(new DataGcOptions { Workspace = true }) })
                {
                    Assert.Equal(DvcErrorKind.Locked, Assert.Throws<DvcException>(() => Block(writer())).Kind);
                }
            }
        };
        await world.Repository.PushAsync();
        Assert.Equal(1, isReached);
        await other.AddAsync(["g"]);

        static void Block(Task task) => Task.Run(() => task).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task A_writer_waits_until_the_last_reader_has_gone_and_a_reader_for_the_writer()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        var repository = await DataRepository.OpenAsync(folder.Path);
        var context = RepositoryContext.Load(folder.Path, TimeProvider.System, TimeSpan.FromSeconds(30));
        var first = await DvcLock.AcquireSharedAsync(context, CancellationToken.None);
        var second = await DvcLock.AcquireSharedAsync(context, CancellationToken.None);
        var adding = repository.AddAsync(["f"]);
        first.Dispose();
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        Assert.False(adding.IsCompleted);
        second.Dispose();
        await adding;

        using (await DvcLock.AcquireAsync(folder[".dvc"], context.Configuration, TimeProvider.System, CancellationToken.None))
        {
            repository.LockTimeout = TimeSpan.Zero;
            Assert.Equal(DvcErrorKind.Locked, (await Assert.ThrowsAsync<DvcException>(() => repository.StageStatusAsync())).Kind);
        }

        Assert.Empty((await repository.StageStatusAsync()).Stages);
    }

    [Fact]
    public async Task A_reader_that_was_killed_stops_nobody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGKILL");
        using var world = await TransferWorld.CreateAsync();
        var (exit, _, errors) = await RunningProgram.RunAsync(
            Environment.ProcessPath!, world.Folder.Path, ["--filter-class", typeof(CrashingPush).FullName!, "--progress", "off"],
            new Dictionary<string, string> { [CrashingPush.FolderVariable] = world.Folder["repo"], [CrashingPush.StepVariable] = "3" });
        Assert.True(exit == 137, $"{exit} {errors}");
        world.Repository.LockTimeout = TimeSpan.Zero;
        world.Folder.Write("repo/g", "another");
        await world.Repository.AddAsync(["g"]);
        Assert.Empty((await world.Repository.CollectGarbageAsync(new DataGcOptions { Workspace = true })).Removed);
        await world.Repository.PushAsync();
        Assert.Empty((await world.Repository.CloudStatusAsync()).Paths);
    }

    [Fact]
    public async Task The_real_dvc_keeps_out_while_we_read_and_we_while_it_writes()
    {
        RealDvc.Require();
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        using (await DvcLock.AcquireSharedAsync(RepositoryContext.Load(folder.Path, TimeProvider.System, TimeSpan.Zero), CancellationToken.None))
        {
            var (exit, _, errors) = await RealDvc.RunAsync(folder.Path, "add", "f");
            Assert.NotEqual(0, exit);
            Assert.Contains("Unable to acquire lock", errors, StringComparison.Ordinal);
        }

        await RealDvc.SucceedAsync(folder.Path, "add", "-q", "f");
        var path = folder[".dvc/tmp/lock"];
        var python = Path.Combine(Path.GetDirectoryName(RealDvc.Require())!, "python");
        using var holder = Process.Start(new ProcessStartInfo(python)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            ArgumentList = { "-c", $"from dvc.lock import make_lock; import sys; l = make_lock({System.Text.Json.JsonSerializer.Serialize(path)}, tmp_dir={System.Text.Json.JsonSerializer.Serialize(folder[".dvc/tmp"])}, hardlink_lock=False); l.lock(); print('held', flush=True); sys.stdin.readline(); l.unlock()" },
        })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
        var repository = await DataRepository.OpenAsync(folder.Path);
        repository.LockTimeout = TimeSpan.FromSeconds(0.2);
        Assert.Equal(DvcErrorKind.Locked, (await Assert.ThrowsAsync<DvcException>(() => repository.StageStatusAsync())).Kind);
        await holder.StandardInput.WriteLineAsync();
        await holder.WaitForExitAsync();
        repository.LockTimeout = TimeSpan.FromSeconds(30);
        Assert.Empty((await repository.StageStatusAsync()).Stages);
    }

    [Fact]
    public async Task A_hardlink_lock_is_respected_and_a_dead_holder_of_it_is_overcome()
    {
        using var folder = await RepositoryAsync();
        folder.Write(".dvc/config", "[core]\n    no_scm = True\n    hardlink_lock = true\n");
        folder.Write("f", "1");
        var repository = await DataRepository.OpenAsync(folder.Path);
        repository.LockTimeout = TimeSpan.Zero;
        var path = folder[".dvc/tmp/lock"];
        Directory.CreateDirectory(folder[".dvc/tmp"]);
        using (HardlinkLock.TryTake(path, TimeProvider.System))
        {
            Assert.Equal(DvcErrorKind.Locked, (await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync(["f"]))).Kind);
        }

        await repository.AddAsync(["f"]);
        Assert.False(File.Exists(path));

        // Claim and lock of a process that is no more.
        var claim = $"{path}|{Environment.MachineName}|2147483646|1";
        File.WriteAllText(claim, claim);
        File.Copy(claim, path);
        repository.LockTimeout = TimeSpan.FromSeconds(5);
        await repository.AddAsync(["f"]);
        Assert.Empty(Directory.EnumerateFiles(folder[".dvc/tmp"], "lock*"));
    }

    [Fact]
    public async Task The_real_dvc_respects_our_hardlink_lock_and_we_its()
    {
        RealDvc.Require();
        using var folder = await RepositoryAsync();
        folder.Write(".dvc/config", "[core]\n    no_scm = True\n    hardlink_lock = true\n");
        folder.Write("f", "1");
        var path = folder[".dvc/tmp/lock"];
        Directory.CreateDirectory(folder[".dvc/tmp"]);
        using (HardlinkLock.TryTake(path, TimeProvider.System))
        {
            var (exit, _, errors) = await RealDvc.RunAsync(folder.Path, "add", "f");
            Assert.NotEqual(0, exit);
            Assert.Contains("Unable to acquire lock", errors, StringComparison.Ordinal);
        }

        await RealDvc.SucceedAsync(folder.Path, "add", "-q", "f");
        var python = Path.Combine(Path.GetDirectoryName(RealDvc.Require())!, "python");
        using var holder = Process.Start(new ProcessStartInfo(python)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            ArgumentList = { "-c", $"from dvc.lock import make_lock; import sys; l = make_lock({System.Text.Json.JsonSerializer.Serialize(path)}, tmp_dir={System.Text.Json.JsonSerializer.Serialize(folder[".dvc/tmp"])}, hardlink_lock=True); l.lock(); print('held', flush=True); sys.stdin.readline(); l.unlock()" },
        })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
        var repository = await DataRepository.OpenAsync(folder.Path);
        repository.LockTimeout = TimeSpan.FromSeconds(0.2);
        Assert.Equal(DvcErrorKind.Locked, (await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync(["f"]))).Kind);
        await holder.StandardInput.WriteLineAsync();
        await holder.WaitForExitAsync();
        repository.LockTimeout = TimeSpan.FromSeconds(30);
        await repository.AddAsync(["f"]);
    }

    [Fact]
    public async Task An_unfinished_add_of_a_living_process_is_no_litter()
    {
        using var folder = await RepositoryAsync();
        var cache = new ObjectCache(folder[".dvc/cache"], remoteFolder: null, isShared: false);
        using var first = new ObjectStaging(cache, folder[".dvc/tmp/workflow"]);
        first.Write("0123456789abcdef0123456789abcdef", "x"u8);
        using var second = new ObjectStaging(cache, folder[".dvc/tmp/workflow"]);
        first.Commit(CancellationToken.None);
        Assert.True(cache.Contains("0123456789abcdef0123456789abcdef"));
    }

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        var folder = new TemporaryFolder();
        await DataRepository.InitAsync(folder.Path, new DataInitOptions { NoScm = true });
        return folder;
    }
}
