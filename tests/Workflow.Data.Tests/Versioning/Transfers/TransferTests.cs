using System.Globalization;
using Workflow.Data.Tests.Killing;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Push, fetch and pull against a folder and against a store that fails: nothing wrong arrives, nothing is lost, a repeated call completes.</summary>
public sealed class TransferTests
{
    [Fact]
    public async Task A_push_can_be_pulled_into_a_clone()
    {
        using var world = await TransferWorld.CreateAsync();
        var pushed = await world.Repository.PushAsync();
        Assert.Equal((8, 0), (pushed.Objects, pushed.Missing.Length));
        Assert.Equal(0, (await world.Repository.PushAsync()).Objects);
        Assert.Empty((await world.Repository.CloudStatusAsync()).Paths);

        var clone = await world.CloneAsync("clone");
        var pulled = await clone.PullAsync();
        Assert.Equal((8, 6L), (pulled.Transfer.Objects, pulled.Checkout.FilesAdded));
        Assert.Equal(world.Folder.Read("repo/d/x"), world.Folder.Read("clone/d/x"));
        Assert.True((await clone.StatusAsync(new DataStatusOptions { Granular = true, NotInRemote = true })) is { IsClean: true, NotInRemote.IsEmpty: true });
        Assert.Equal(0, (await clone.PullAsync()).Transfer.Objects);
    }

    [Fact]
    public async Task Progress_ends_with_all_that_was_transferred()
    {
        using var world = await TransferWorld.CreateAsync();
        var progress = new LastProgress();
        var pushed = await world.Repository.PushAsync(progress: progress);
        Assert.Equal(new TransferProgress(pushed.Objects, pushed.Objects, pushed.Bytes), progress.Last);
    }

    [Fact]
    public async Task A_promised_object_that_is_gone_is_named_and_all_others_are_fetched()
    {
        using var world = await TransferWorld.CreateAsync();
        await world.Repository.PushAsync();
        var lost = world.RemotePathOf("d/x");
        File.Delete(lost);
        var clone = await world.CloneAsync("clone");
        var exception = await Assert.ThrowsAsync<DvcException>(() => clone.PullAsync());
        Assert.Contains("'d/x'", Assert.Single(exception.Problems), StringComparison.Ordinal);
        Assert.False(Directory.Exists(world.Folder["clone/d"]));

        // The next push repairs it, although the list of files is there.
        Assert.Equal(1, (await world.Repository.PushAsync()).Objects);
        Assert.Equal(2, (await clone.PullAsync()).Transfer.Objects);
    }

    [Fact]
    public async Task An_object_of_wrong_content_is_refused_by_its_name_and_not_kept()
    {
        using var world = await TransferWorld.CreateAsync();
        await world.Repository.PushAsync();
        var wrong = world.RemotePathOf("d/x");
        var length = new FileInfo(wrong).Length;
        File.Delete(wrong);
        await File.WriteAllBytesAsync(wrong, new byte[length]);
        var clone = await world.CloneAsync("clone");
        var exception = await Assert.ThrowsAsync<DvcException>(() => clone.FetchAsync());
        var id = Path.GetFileName(Path.GetDirectoryName(wrong)) + Path.GetFileName(wrong);
        Assert.Contains(id, Assert.Single(exception.Problems), StringComparison.Ordinal);
        Assert.Contains("wrong content", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(world.Folder[$"clone/.dvc/cache/files/md5/{id[..2]}/{id[2..]}"]));
        Assert.Empty(Directory.EnumerateFiles(world.Folder["clone/.dvc/tmp/workflow"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_damaged_object_of_the_cache_is_not_pushed_nor_is_the_list_that_names_it()
    {
        using var world = await TransferWorld.CreateAsync();
        var cached = world.Folder["repo/.dvc/cache/files/md5/" + world.ObjectOf("d/x")];
        File.Delete(cached);
        await File.WriteAllTextAsync(cached, "rot");
        File.SetAttributes(cached, FileAttributes.ReadOnly);
        var exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.PushAsync());
        Assert.Contains("damaged", exception.Problems[0], StringComparison.Ordinal);
        Assert.False(File.Exists(world.RemotePathOf("d/x")));
        Assert.False(File.Exists(world.RemotePathOf("d")));
        Assert.True(File.Exists(world.RemotePathOf("e")));
    }

    [Fact]
    public async Task A_failed_write_keeps_the_list_back_and_a_repeated_push_completes()
    {
        using var world = await TransferWorld.CreateAsync(url: "s3://bucket");
        var store = new FaultyBlobStore(world.Folder["remote"]);
        var repository = world.Repository.WithProviders(store);
        store.FailsToWrite = name => name == "files/md5/" + world.ObjectOf("d/x") ? new IOException("no space there") : null;
        var exception = await Assert.ThrowsAsync<DvcException>(() => repository.PushAsync());
        Assert.Contains("no space there", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(world.RemotePathOf("d")));
        Assert.True(File.Exists(world.RemotePathOf("e")));

        store.FailsToWrite = static _ => null;
        Assert.Equal(2, (await repository.PushAsync()).Objects);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        using var world = await TransferWorld.CreateAsync(url: "s3://bucket", largeBytes: 5 << 20);
        var store = new FaultyBlobStore(world.Folder["remote"]);
        await world.Repository.WithProviders(store).PushAsync();
        store.BreaksAfter = 2 << 20;
        var clone = (await world.CloneAsync("clone")).WithProviders(store);
        var pulled = await clone.PullAsync();
        Assert.Equal(9, pulled.Transfer.Objects);
        Assert.Equal(await File.ReadAllBytesAsync(world.Folder["repo/large"]), await File.ReadAllBytesAsync(world.Folder["clone/large"]));
        Assert.InRange(pulled.Transfer.Bytes, 5 << 20, (5 << 20) + 4096);
    }

    [Fact]
    public async Task What_an_earlier_process_had_of_a_large_object_is_gone_on_with_or_dropped_when_it_does_not_fit()
    {
        using var world = await TransferWorld.CreateAsync(largeBytes: 3 << 20);
        await world.Repository.PushAsync();
        var content = await File.ReadAllBytesAsync(world.Folder["repo/large"]);
        var name = world.ObjectOf("large").Replace("/", "", StringComparison.Ordinal);
        foreach (var (kept, expected) in new[] { (content[..(1 << 20)], 2 << 20), (new byte[1 << 20], 5 << 20) })
        {
            var clone = await world.CloneAsync($"clone{expected}");
            var partial = world.Folder[$"clone{expected}/.dvc/tmp/workflow/partial/{name}"];
            Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
            await File.WriteAllBytesAsync(partial, kept);
            var fetched = await clone.FetchAsync(new DataTransferOptions { Targets = ["large"] });
            Assert.Equal((1, (long)expected), (fetched.Objects, fetched.Bytes));
            Assert.Equal(content, await File.ReadAllBytesAsync(world.Folder[$"clone{expected}/.dvc/cache/files/md5/{world.ObjectOf("large")}"]));
            Assert.False(File.Exists(partial));
        }
    }

    [Fact]
    public async Task A_push_with_nothing_to_do_asks_little()
    {
        using var world = await TransferWorld.CreateAsync(url: "s3://bucket", smallFiles: 2_000);
        var store = new FaultyBlobStore(world.Folder["remote"]);
        var repository = world.Repository.WithProviders(store);
        await repository.PushAsync();
        var before = store.Requests;
        Assert.Equal(0, (await repository.PushAsync()).Objects);
        Assert.InRange(store.Requests - before, 1, 6);
    }

    [Fact]
    public async Task A_cancelled_fetch_keeps_what_came_and_the_next_goes_on()
    {
        using var world = await TransferWorld.CreateAsync();
        await world.Repository.PushAsync();
        var clone = await world.CloneAsync("clone");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clone.FetchAsync(cancellationToken: cancelled.Token));
        Assert.Equal(8, (await clone.FetchAsync()).Objects);
    }

    [Fact]
    public async Task A_version_aware_remote_is_refused()
    {
        using var world = await TransferWorld.CreateAsync();
        await File.AppendAllTextAsync(world.Folder["repo/.dvc/config"], "    version_aware = true\n");
        foreach (var call in new Func<Task>[] { () => world.Repository.PushAsync(), () => world.Repository.FetchAsync(), () => world.Repository.CloudStatusAsync() })
        {
            Assert.Contains("version_aware", (await Assert.ThrowsAsync<DvcException>(call)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_remote_that_nothing_here_opens_is_named_without_its_password()
    {
        using var world = await TransferWorld.CreateAsync(url: "ssh://user:hidden@host/x");
        var exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.PushAsync());
        Assert.Contains("ssh://", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_killed_at_any_step_leaves_no_list_without_its_files_and_a_repeated_one_completes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGKILL");
        using var world = await TransferWorld.CreateAsync();
        for (var step = 1; ; step++)
        {
            if (Directory.Exists(world.Folder["remote"]))
            {
                Directory.Delete(world.Folder["remote"], recursive: true);
            }

            var (exit, _, errors) = await RunningProgram.RunAsync(
                Environment.ProcessPath!, world.Folder.Path, ["--filter-class", typeof(CrashingPush).FullName!, "--progress", "off"],
                new Dictionary<string, string> { [CrashingPush.FolderVariable] = world.Folder["repo"], [CrashingPush.StepVariable] = step.ToString(CultureInfo.InvariantCulture) });
            if (exit == 0)
            {
                Assert.InRange(step, 9, 20);
                KillPoints.Count("push", step - 1);
                return;
            }

            Assert.True(exit is 137, $"step {step}: {exit} {errors}");
            foreach (var (list, files) in new[] { ("d", new[] { "d/x", "d/s/y", "d/z" }), ("e", ["e/1"]) })
            {
                Assert.True(!File.Exists(world.RemotePathOf(list)) || files.All(f => File.Exists(world.RemotePathOf(f))), $"step {step}: the list of '{list}' lies there without its files");
            }

            // Nothing is lost here, and whatever arrived there is whole.
            var found = await world.Repository.ScrubAsync();
            Assert.True(found.IsIntact, string.Join("; ", found.Faults));
            foreach (var path in Directory.Exists(world.Folder["remote/files"]) ? Directory.EnumerateFiles(world.Folder["remote/files"], "*", SearchOption.AllDirectories).Where(static p => !Path.GetFileName(p).StartsWith('.')) : [])
            {
                var name = Path.GetFileName(Path.GetDirectoryName(path)) + Path.GetFileName(path);
                Assert.StartsWith(Objects.FileHasher.HashFile(path, CancellationToken.None).ToString(), name, StringComparison.Ordinal);
            }

            await world.Repository.PushAsync();
            Assert.Empty((await world.Repository.CloudStatusAsync()).Paths);
        }
    }

    [Fact]
    public async Task The_real_dvc_pulls_what_we_push()
    {
        RealDvc.Require();
        using var world = await TransferWorld.CreateAsync(largeBytes: 2 << 20);
        await world.Repository.PushAsync();
        await world.CloneAsync("clone");
        await RealDvc.SucceedAsync(world.Folder["clone"], "pull", "-q");
        Assert.Equal("{}", await RealDvc.SucceedAsync(world.Folder["clone"], "status", "--json"));
        Assert.Equal("{}", await RealDvc.SucceedAsync(world.Folder["clone"], "status", "-c", "--json"));
        Assert.Equal(world.Folder.Read("repo/d/s/y"), world.Folder.Read("clone/d/s/y"));
    }

    [Fact]
    public async Task We_pull_what_the_real_dvc_pushes()
    {
        RealDvc.Require();
        using var world = await TransferWorld.CreateAsync(largeBytes: 2 << 20);
        await RealDvc.SucceedAsync(world.Folder["repo"], "push", "-q");
        Assert.Equal(0, (await world.Repository.PushAsync()).Objects);
        var clone = await world.CloneAsync("clone");
        Assert.Equal(9, (await clone.PullAsync()).Transfer.Objects);
        Assert.Equal("{}", await RealDvc.SucceedAsync(world.Folder["clone"], "status", "--json"));
    }

    private sealed class LastProgress : IProgress<TransferProgress>
    {
        public TransferProgress Last { get; private set; }

        public void Report(TransferProgress value) => Last = value;
    }
}
