using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning;

public sealed class DataRepositoryTests
{
    [Fact]
    public async Task Works_without_git()
    {
        using var folder = new TemporaryFolder();
        var repository = await DataRepository.InitAsync(folder.Path, new DataInitOptions { NoScm = true });
        folder.Write("data/a", "1");
        var result = await repository.AddAsync(["data"]);
        var output = Assert.Single(result.Outputs);
        Assert.Equal(("data", "data.dvc", 1L, 1L), (output.Path, output.MetafilePath, output.Size, output.FileCount));
        Assert.False(File.Exists(folder[".gitignore"]));
        var status = await repository.StatusAsync(new DataStatusOptions { Unchanged = true });
        Assert.True(status.IsClean);
        Assert.Equal(["data/"], status.Unchanged);
        Assert.Equal("""{"unchanged":["data/"]}""", status.ToJson());
    }

    [Fact]
    public async Task Names_every_bad_target_at_once_and_writes_nothing()
    {
        using var folder = await RepositoryAsync();
        folder.Write("ok", "1");
        folder.Write("tracked", "1");
        await RunningProgram.GitAsync(folder.Path, "add", "tracked");
        File.CreateSymbolicLink(folder["link"], folder.Path);
        var repository = await DataRepository.OpenAsync(folder.Path);
        var exception = await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync(["ok", "missing", "../outside", ".", "x.dvc", "link/ok", ".git", "tracked", "n\u2028l"]));
        Assert.Equal(DvcErrorKind.BadInput, exception.Kind);
        Assert.Equal(8, exception.Problems.Length);
        Assert.False(Directory.Exists(folder[".dvc/cache"]));
        Assert.False(File.Exists(folder["ok.dvc"]));
        Assert.False(File.Exists(folder[".gitignore"]));
    }

    [Fact]
    public async Task Is_found_from_a_folder_below_and_not_from_outside()
    {
        using var folder = await RepositoryAsync();
        Directory.CreateDirectory(folder["a/b"]);
        Assert.Equal(folder.Path, (await DataRepository.OpenAsync(folder["a/b"])).Root);
        using var elsewhere = new TemporaryFolder();
        Assert.Equal(DvcErrorKind.NotARepository, (await Assert.ThrowsAsync<DvcException>(() => DataRepository.OpenAsync(elsewhere.Path))).Kind);
    }

    [Fact]
    public async Task A_second_add_changes_no_byte_and_reads_no_file_again()
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/a", "1");
        folder.Write("f", "2");
        var repository = await DataRepository.OpenAsync(folder.Path, AfterTheRacyWindow());
        Assert.Equal(3, (await repository.AddAsync(["data", "f"])).NewObjects);
        var before = File.GetLastWriteTimeUtc(folder["data.dvc"]);

        var index = HashIndex.Load(folder[".dvc/tmp/workflow/hashes"]);
        Assert.True(index.TryGet(new WorkspaceFile("data/a", PosixFiles.Stamp(folder["data/a"]), IsLink: false), isLegacy: false, out var hash));
        Assert.Equal("c4ca4238a0b923820dcc509a6f75849b", hash.ToString());

        var again = await repository.AddAsync(["data", "f"]);
        Assert.Equal(0, again.NewObjects);
        Assert.All(again.Outputs, static o => Assert.False(o.IsChanged));
        Assert.Equal(before, File.GetLastWriteTimeUtc(folder["data.dvc"]));
    }

    [Fact]
    public async Task A_file_changed_within_the_clocks_tick_is_never_trusted()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "aaaa");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["f"]);
        var written = File.GetLastWriteTimeUtc(folder["f"]);
        using (var handle = File.OpenHandle(folder["f"], FileMode.Open, FileAccess.Write))
        {
            RandomAccess.Write(handle, "bbbb"u8, 0);
        }

        // Same inode, size and modification time.
        File.SetLastWriteTimeUtc(folder["f"], written);
        Assert.Equal(["f"], (await repository.StatusAsync()).Uncommitted.Modified);
    }

    [Fact]
    public async Task A_damaged_hash_index_costs_only_time()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        var repository = await DataRepository.OpenAsync(folder.Path, AfterTheRacyWindow());
        await repository.AddAsync(["f"]);
        var path = folder[".dvc/tmp/workflow/hashes"];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        Assert.True((await repository.StatusAsync()).Uncommitted.IsEmpty);
    }

    [Fact]
    public async Task Keeps_comments_and_drops_quotes_and_spaces_as_dvc_does()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        folder.Write("f.dvc", "# mine\ndesc: 'kept as it is'\n\nouts:\n- md5: c4ca4238a0b923820dcc509a6f75849b  # id\n  size: 1     # bytes\n  hash: md5\n  path: f\n  labels: [a,   b]\n# end\n");
        folder.Write("f", "0123456789");
        await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["f"]);
        Assert.Equal(
            "# mine\ndesc: kept as it is\n\nouts:\n- md5: 781e5e245d69b566979b86e28d23f2c7  # id\n  size: 10    # bytes\n  hash: md5\n  path: f\n  labels: [a, b]\n# end\n",
            folder.Read("f.dvc"));
    }

    [Fact]
    public async Task Refuses_to_update_a_commented_file_that_it_cannot_keep()
    {
        using var folder = await RepositoryAsync();
        const string Text = "outs:\n- md5: >-\n    c4ca4238a0b923820dcc509a6f75849b\n  # why\n  hash: md5\n  path: f\n";
        folder.Write("f.dvc", Text);
        folder.Write("f", "2");
        await Assert.ThrowsAsync<DvcException>(async () => await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["f"]));
        Assert.Equal(Text, folder.Read("f.dvc"));
    }

    [Theory]
    [InlineData("12345678901234567890123456789012", "a whole number")]
    [InlineData("12345678e90123456789012345678901", "fraction or exponent")]
    [InlineData("abc", "32 lower-case")]
    [InlineData("C4CA4238A0B923820DCC509A6F75849B", "upper-case")]
    [InlineData("'../../../../../../etc/passwd-------'", "32 lower-case")]
    public async Task Names_file_line_and_key_of_a_wrong_md5(string md5, string expected)
    {
        using var folder = await RepositoryAsync();
        folder.Write("f.dvc", $"outs:\n- md5: {md5}\n  hash: md5\n  path: f\n");
        var exception = await Assert.ThrowsAsync<DvcException>(async () => await (await DataRepository.OpenAsync(folder.Path)).StatusAsync());
        Assert.Contains("f.dvc, line 2, outs[0].md5", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../outside")]
    public async Task Refuses_a_metafile_that_points_out_of_the_repository(string path)
    {
        using var folder = await RepositoryAsync();
        folder.Write("f.dvc", $"outs:\n- md5: c4ca4238a0b923820dcc509a6f75849b\n  hash: md5\n  path: {path}\n");
        var exception = await Assert.ThrowsAsync<DvcException>(async () => await (await DataRepository.OpenAsync(folder.Path)).StatusAsync());
        Assert.Contains("outside the repository", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Respects_a_path_that_a_running_pipeline_uses()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        var repository = await DataRepository.OpenAsync(folder.Path);
        repository.LockTimeout = TimeSpan.Zero;
        folder.Write(".dvc/tmp/rwlock", Busy(folder["f"], Environment.ProcessId));
        Assert.Equal(DvcErrorKind.Locked, (await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync(["f"]))).Kind);
        folder.Write(".dvc/tmp/rwlock", "{");
        Assert.Equal(DvcErrorKind.BadInput, (await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync(["f"]))).Kind);
        folder.Write(".dvc/tmp/rwlock", Busy(folder["f"], 2147483646));
        await repository.AddAsync(["f"]);
    }

    [Theory]
    [InlineData("staged")]
    [InlineData("objects")]
    [InlineData("folders")]
    [InlineData("links")]
    [InlineData("metafile")]
    [InlineData("gitignore")]
    public async Task A_kill_between_any_two_steps_leaves_a_repository_that_the_next_add_completes(string step)
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/a", "1");
        folder.Write("data/b/c", "22");
        folder.Write("one", "333");
        var self = Path.ChangeExtension(typeof(DataRepositoryTests).Assembly.Location, null);
        var killed = await RunningProgram.RunAsync(
            self,
            folder.Path,
            [],
            new Dictionary<string, string> { [CrashingAdd.FolderVariable] = folder.Path, [CrashingAdd.StepVariable] = step });
        Assert.Equal(137, killed.ExitCode);

        // Whatever a metafile says is in the cache, and whole.
        var repository = await DataRepository.OpenAsync(folder.Path);
        var status = await repository.StatusAsync(new DataStatusOptions { Granular = true });
        Assert.True(status.Uncommitted.IsEmpty && status.NotInCache.IsEmpty, status.ToJson());
        Assert.Equal(step is "metafile" or "gitignore", File.Exists(folder["data.dvc"]));
        Assert.Equal(step is "gitignore", File.Exists(folder["one.dvc"]));

        await repository.AddAsync(["data", "one"]);
        Assert.Empty(Directory.EnumerateDirectories(folder[".dvc/tmp/workflow"]));
        Assert.Equal(["data/", "one"], (await repository.StatusAsync()).Committed.Added);
        Assert.Equal("/data\n/one\n", folder.Read(".gitignore"));
        foreach (var path in Directory.EnumerateFiles(folder[".dvc/cache"], "*", SearchOption.AllDirectories))
        {
            var id = Path.GetFileName(Path.GetDirectoryName(path)) + Path.GetFileName(path);
            Assert.Equal(FileHasher.Hash(await File.ReadAllBytesAsync(path)).ToString(), id.Replace(".dir", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Two_targets_of_one_metafile_are_both_recorded()
    {
        using var folder = await RepositoryAsync();
        folder.Write("a", "1");
        folder.Write("b", "2");
        folder.Write("both.dvc", "outs:\n- path: a\n- path: b\n");
        var result = await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["a", "b"]);
        Assert.Equal(2, result.Outputs.Length);
        Assert.Equal(
            "outs:\n- path: a\n  md5: c4ca4238a0b923820dcc509a6f75849b\n  size: 1\n  hash: md5\n- path: b\n  md5: c81e728d9d4c2f636f067f89cc14862c\n  size: 1\n  hash: md5\n",
            folder.Read("both.dvc"));
    }

    [Fact]
    public async Task A_large_file_is_stored_whole()
    {
        using var folder = await RepositoryAsync();
        var bytes = new byte[(3 << 20) + 17];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i * 31 >> 3);
        }

        await File.WriteAllBytesAsync(folder["big"], bytes);
        var result = await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["big"]);
        var id = result.Outputs[0].Md5;
        Assert.Equal(FileHasher.Hash(bytes).ToString(), id);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder[string.Create(CultureInfo.InvariantCulture, $".dvc/cache/files/md5/{id[..2]}/{id[2..]}")]));
    }

    // Files written now are old enough to be remembered.
    private static FakeTimeProvider AfterTheRacyWindow() => new(TimeProvider.System.GetUtcNow().AddMinutes(1));

    private static string Busy(string path, int process) =>
        string.Create(CultureInfo.InvariantCulture, $$$"""{"write": {"{{{path}}}": {"pid": {{{process}}}, "cmd": "dvc repro"} }, "read": {} }""");

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        await DataRepository.InitAsync(folder.Path);
        return folder;
    }
}
