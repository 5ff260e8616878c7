namespace Workflow.Data.Versioning;

public sealed class MoveRemoveCommitTests
{
    [Fact]
    public async Task A_move_takes_the_metafile_the_ignore_line_and_the_index_along()
    {
        using var folder = await RepositoryAsync();
        folder.Write(".dvc/config", "[core]\n    autostage = true\n");
        folder.Write("a", "1");
        Directory.CreateDirectory(folder["sub"]);
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["a"]);
        var moved = await repository.MoveAsync("a", "sub/b");
        Assert.Equal(("sub/b", "sub/b.dvc", true), (moved.Path, moved.MetafilePath, moved.IsStaged));
        Assert.Equal("1", folder.Read("sub/b"));
        Assert.False(File.Exists(folder["a"]) || File.Exists(folder["a.dvc"]) || File.Exists(folder[".gitignore"]));
        Assert.Equal("/b\n", folder.Read("sub/.gitignore"));
        Assert.Equal([".dvc/.gitignore", ".dvc/config", ".dvcignore", "sub/.gitignore", "sub/b.dvc"], await IndexAsync(folder));

        var removed = await repository.RemoveAsync(["sub/b.dvc"]);
        Assert.Equal(["sub/b"], removed.Outputs);
        Assert.True(removed.IsStaged && File.Exists(folder["sub/b"]));
        Assert.Equal([".dvc/.gitignore", ".dvc/config", ".dvcignore"], await IndexAsync(folder));
    }

    [Fact]
    public async Task A_move_never_overwrites_and_changes_nothing_when_refused()
    {
        using var folder = await RepositoryAsync();
        folder.Write("a", "1");
        folder.Write("d/x", "2");
        folder.Write("taken", "3");
        folder.Write("t2.dvc", "outs:\n- path: elsewhere\n");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["a", "d"]);
        foreach (var (from, to) in new[] { ("a", "taken"), ("a", "t2"), ("a", "d"), ("a", "nofolder/a"), ("a", "../out"), ("d/x", "y"), ("nope", "y"), ("d", "d/inner"), ("a", "b.dvc"), ("a", ".dvc/x") })
        {
            await Assert.ThrowsAsync<DvcException>(() => repository.MoveAsync(from, to));
        }

        Assert.Equal("123", folder.Read("a") + folder.Read("d/x") + folder.Read("taken"));
        Assert.True(File.Exists(folder["a.dvc"]) && File.Exists(folder["d.dvc"]));
    }

    [Fact]
    public async Task A_move_that_was_cut_off_is_finished_by_the_same_command()
    {
        using var folder = await RepositoryAsync();
        folder.Write("d/x", "2");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["d"]);

        // Cut off after the new metafile, and after the data.
        folder.Write("e.dvc", folder.Read("d.dvc").Replace("path: d", "path: e", StringComparison.Ordinal));
        var old = folder.Read("d.dvc");
        await repository.MoveAsync("d", "e");
        folder.Write("d.dvc", old);
        await repository.MoveAsync("d", "e");
        Assert.Equal("2", folder.Read("e/x"));
        Assert.False(File.Exists(folder["d.dvc"]));
        Assert.Equal("/e\n", folder.Read(".gitignore"));
    }

    [Fact]
    public async Task A_move_keeps_comments_and_foreign_keys()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        folder.Write("f.dvc", "# mine\nouts:\n- md5: c4ca4238a0b923820dcc509a6f75849b\n  size: 1\n  hash: md5\n  path: f   # here\n  meta:\n    k: v\n");
        await (await DataRepository.OpenAsync(folder.Path)).MoveAsync("f", "g h");
        Assert.Equal("# mine\nouts:\n- md5: c4ca4238a0b923820dcc509a6f75849b\n  size: 1\n  hash: md5\n  path: g h # here\n  meta:\n    k: v\n", folder.Read("g h.dvc"));
    }

    [Fact]
    public async Task Remove_with_outputs_deletes_a_link_not_what_it_points_to()
    {
        using var folder = await RepositoryAsync();
        folder.Write(".dvc/config", "[cache]\n    type = symlink\n");
        folder.Write("f", "1");
        folder.Write("d/x", "2");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["f", "d"]);
        await repository.RemoveAsync(["f.dvc", "d.dvc"], new DataRemoveOptions { DeleteOutputs = true });
        Assert.False(File.Exists(folder["f"]) || Directory.Exists(folder["d"]) || File.Exists(folder[".gitignore"]));
        Assert.Equal(3, Directory.EnumerateFiles(folder[".dvc/cache"], "*", SearchOption.AllDirectories).Count());
        await Assert.ThrowsAsync<DvcException>(() => repository.RemoveAsync(["f.dvc"]));
    }

    [Fact]
    public async Task Commit_stores_what_is_unchanged_and_needs_force_for_the_rest()
    {
        using var folder = await RepositoryAsync();
        folder.Write("a", "1");
        folder.Write("b", "2");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["a", "b"], new DataAddOptions { NoCommit = true });
        Assert.Equal(2, (await repository.CommitAsync()).NewObjects);
        folder.Write("a", "11");
        folder.Write("b", "22");
        Assert.Equal(2, (await Assert.ThrowsAsync<DvcException>(() => repository.CommitAsync())).Problems.Length);
        Assert.Equal(1, (await repository.CommitAsync(new DataCommitOptions { Force = true, Targets = ["a"] })).NewObjects);
        Assert.Equal(["b"], (await repository.StatusAsync()).Uncommitted.Modified);
        File.Delete(folder["a"]);
        await Assert.ThrowsAsync<DvcException>(() => repository.CommitAsync(new DataCommitOptions { Force = true }));
        await repository.CommitAsync(new DataCommitOptions { Force = true, AllowMissing = true });
        Assert.Empty((await repository.StatusAsync()).Uncommitted.Modified);
    }

    [Fact]
    public async Task Add_with_an_output_copies_from_outside_whole_or_not_at_all()
    {
        using var folder = await RepositoryAsync();
        using var outside = new TemporaryFolder();
        outside.Write("src/a", "1");
        outside.Write("src/sub/b", "2");
        var repository = await DataRepository.OpenAsync(folder.Path);
        var added = await repository.AddAsync([outside["src"]], new DataAddOptions { Output = "in/data" });
        Assert.Equal("in/data", Assert.Single(added.Outputs).Path);
        Assert.Equal("12", folder.Read("in/data/a") + folder.Read("in/data/sub/b"));
        Assert.True(File.Exists(outside["src/a"]));
        await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync([outside["src"]], new DataAddOptions { Output = "in/data" }));
        await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync([outside["nope"]], new DataAddOptions { Output = "x" }));
        await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync([outside["src"]], new DataAddOptions { Output = ".dvc/x" }));
        await Assert.ThrowsAsync<DvcException>(() => repository.AddAsync([outside["src"]], new DataAddOptions { Output = outside["y"] }));
        Assert.Equal(2, Directory.EnumerateFiles(folder["in/data"], "*", SearchOption.AllDirectories).Count());
        Assert.False(Path.Exists(folder["x"]) || Path.Exists(folder[".dvc/x"]));
    }

    private static async Task<string[]> IndexAsync(TemporaryFolder folder) =>
        (await RunningProgram.RunAsync("git", folder.Path, ["ls-files"])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        await DataRepository.InitAsync(folder.Path);
        return folder;
    }
}
