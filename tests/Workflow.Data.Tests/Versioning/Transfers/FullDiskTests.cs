namespace Workflow.Data.Versioning.Transfers;

/// <summary>A disk that is full while data comes: one clear error, nothing half-written, and the same call completes once there is room.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_pull_onto_a_full_disk_says_so_and_goes_on_once_there_is_room()
    {
        using var world = await TransferWorld.CreateAsync(largeBytes: 3_000_000);
        await world.Repository.PushAsync();
        var disk = Directory.CreateDirectory(world.Folder["disk"]).FullName;
        var (exit, _, errors) = await RunningProgram.RunAsync("mount", world.Folder.Path, ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
        Assert.SkipUnless(exit == 0, $"needs the right to mount a small tmpfs: {errors.Trim()}");
        try
        {
            await RunningProgram.GitAsync(disk, "clone", "-q", world.Folder["repo"], "clone");
            File.WriteAllText(Path.Combine(disk, "clone", ".dvc", "config"), $"[core]\n    remote = store\n['remote \"store\"']\n    url = {world.Folder["remote"]}\n");
            var clone = await DataRepository.OpenAsync(Path.Combine(disk, "clone"));

            // Of an object, or of the disk itself: whatever the first write that fails was for.
            var exception = await Record.ExceptionAsync(() => clone.PullAsync());
            Assert.NotNull(exception);
            Assert.True(exception is DvcException or IOException, exception.ToString());
            Assert.Contains("No space left", exception.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(disk, "clone", "large")));
            Assert.DoesNotContain((await clone.ScrubAsync()).Faults, static f => f.Kind == CacheFaultKind.WrongContent);

            (exit, _, errors) = await RunningProgram.RunAsync("mount", world.Folder.Path, ["-o", "remount,size=20m", disk]);
            Assert.True(exit == 0, errors);
            await clone.PullAsync();
            Assert.True((await clone.ScrubAsync()).IsIntact);
            Assert.Equal(File.ReadAllBytes(world.Folder["repo/large"]), File.ReadAllBytes(Path.Combine(disk, "clone", "large")));
        }
        finally
        {
            await RunningProgram.RunAsync("umount", "/", [disk]);
        }
    }
}
