using System.Globalization;
using Workflow.Data.Tests.Killing;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>A kill at any of more than 200 steps of add and gc loses nothing that is referred to, and the same command again finishes the work.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task A_kill_at_any_step_of_an_add_loses_nothing_and_the_next_add_finishes()
    {
        using var folder = await RepositoryAsync();
        for (var i = 0; i < 90; i++)
        {
            folder.Write(string.Create(CultureInfo.InvariantCulture, $"data/{i % 7}/f{i}"), string.Create(CultureInfo.InvariantCulture, $"content {i}"));
        }

        folder.Write("one", "a file");
        var (snapshots, expected) = await SnapshotsOfAsync(folder, r => r.AddAsync(["data", "one"]));
        using (snapshots)
        {
            Assert.InRange(snapshots.All.Count, 100, 120);
            await VerifyAsync(snapshots, r => r.AddAsync(["data", "one"]), expected);
            KillPoints.Count("add", snapshots.All.Count);
        }
    }

    [Fact]
    public async Task A_kill_at_any_step_of_a_second_add_keeps_the_old_or_the_new()
    {
        using var folder = await RepositoryAsync();
        for (var i = 0; i < 40; i++)
        {
            folder.Write(string.Create(CultureInfo.InvariantCulture, $"data/f{i}"), string.Create(CultureInfo.InvariantCulture, $"old {i}"));
        }

        await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["data"]);
        for (var i = 0; i < 40; i += 2)
        {
            folder.Write(string.Create(CultureInfo.InvariantCulture, $"data/f{i}"), string.Create(CultureInfo.InvariantCulture, $"new content {i}"));
        }

        var (snapshots, expected) = await SnapshotsOfAsync(folder, r => r.AddAsync(["data"]));
        using (snapshots)
        {
            Assert.InRange(snapshots.All.Count, 25, 40);
            await VerifyAsync(snapshots, r => r.AddAsync(["data"]), expected);
            KillPoints.Count("add", snapshots.All.Count);
        }
    }

    [Fact]
    public async Task A_kill_at_any_step_of_gc_removes_nothing_used_and_no_list_outlives_its_files()
    {
        using var folder = await RepositoryAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 35; i++)
            {
                folder.Write(string.Create(CultureInfo.InvariantCulture, $"data/f{i}"), string.Create(CultureInfo.InvariantCulture, $"round {round}, file {i}"));
            }

            await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["data"]);
        }

        var (snapshots, expected) = await SnapshotsOfAsync(folder, r => r.CollectGarbageAsync(new DataGcOptions { Workspace = true }));
        using (snapshots)
        {
            Assert.InRange(snapshots.All.Count, 74, 80);
            foreach (var (step, path) in snapshots.All)
            {
                // Lists of files are gone before the first of their files.
                foreach (var list in Directory.EnumerateFiles(Path.Combine(path, ".dvc/cache"), "*.dir", SearchOption.AllDirectories))
                {
                    var cache = new ObjectCache(Path.Combine(path, ".dvc/cache"), remoteFolder: null, isShared: false);
                    var id = Path.GetFileName(Path.GetDirectoryName(list)) + Path.GetFileName(list);
                    Assert.All(cache.TryReadDirectory(id, isLegacy: false)!.Entries, e => Assert.True(cache.Contains(e.Md5.ToString()), $"{step}: {id} lists {e.Path}"));
                }
            }

            await VerifyAsync(snapshots, r => r.CollectGarbageAsync(new DataGcOptions { Workspace = true }), expected);
            KillPoints.Count("gc", snapshots.All.Count);
        }
    }

    private static async Task<(Snapshots Snapshots, string Tree)> SnapshotsOfAsync(TemporaryFolder folder, Func<DataRepository, Task> run)
    {
        var snapshots = new Snapshots(folder.Path);
        var repository = await DataRepository.OpenAsync(folder.Path);
        repository.StepReached = snapshots.Take;
        await run(repository);
        return (snapshots, Tree(folder.Path));
    }

    private static async Task VerifyAsync(Snapshots snapshots, Func<DataRepository, Task> repeat, string expected)
    {
        foreach (var (step, path) in snapshots.All)
        {
            var repository = await DataRepository.OpenAsync(path);
            var found = await repository.ScrubAsync();
            Assert.True(found.IsIntact, $"{step} ({path}): {string.Join("; ", found.Faults)}");
            await repeat(repository);
            Assert.True((await repository.ScrubAsync()).Faults.IsEmpty);
            Assert.Equal(expected, Tree(path));
        }
    }

    // Everything but our own memory.
    private static string Tree(string root) => string.Join('\n', Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        .Where(p => !p.StartsWith(Path.Combine(root, ".dvc/tmp"), StringComparison.Ordinal))
        .Select(p => $"{p[root.Length..]} {FileHasher.Hash(File.ReadAllBytes(p))}")
        .Order(StringComparer.Ordinal));

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        var folder = new TemporaryFolder(isInMemory: true);
        await DataRepository.InitAsync(folder.Path, new DataInitOptions { NoScm = true });
        return folder;
    }
}
