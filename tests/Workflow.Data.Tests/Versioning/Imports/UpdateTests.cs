namespace Workflow.Data.Versioning.Imports;

public sealed class UpdateTests
{
    [Fact]
    public async Task Keeps_comments_and_notes_and_adds_what_is_new_at_the_end()
    {
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync("../ext/f");
        var text = world.Folder.Read("repo/f.dvc");
        world.Folder.Write("repo/f.dvc", "# ours\n" + text.Replace("frozen: true\n", "frozen: true\ndesc: why\n", StringComparison.Ordinal));
        world.Folder.Write("ext/f", "longer\n");
        await world.Repository.UpdateAsync(["f"]);
        var updated = world.Folder.Read("repo/f.dvc");
        Assert.StartsWith("# ours\nmd5: ", updated, StringComparison.Ordinal);
        Assert.Contains("desc: why\n", updated, StringComparison.Ordinal);
        Assert.Equal(2, updated.Split("  size: 7\n").Length - 1);
        Assert.Equal("longer\n", world.Folder.Read("repo/f"));
        Assert.True((await world.Repository.StageStatusAsync()).IsClean);
    }

    [Fact]
    public async Task Never_replaces_what_is_nowhere_else_unless_forced()
    {
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync("../ext/f");
        world.Folder.Write("repo/f", "mine alone\n");
        await world.RefusesAsync("would be lost", () => world.Repository.UpdateAsync(["f"]));
        world.Folder.Write("ext/f", "new\n");
        var cached = world.Files().Count;
        await Assert.ThrowsAsync<DvcException>(() => world.Repository.UpdateAsync(["f"]));
        await Assert.ThrowsAsync<DvcException>(() => world.Repository.UpdateAsync(["f"], new DataUpdateOptions { NoDownload = true }));
        Assert.Equal("mine alone\n", world.Folder.Read("repo/f"));
        Assert.Contains("5bbf5a52328e7439ae6e719dfe712200", world.Folder.Read("repo/f.dvc"), StringComparison.Ordinal);
        Assert.InRange(world.Files().Count, cached, cached + 1);
        await world.Repository.UpdateAsync(["f"], new DataUpdateOptions { Force = true });
        Assert.Equal("new\n", world.Folder.Read("repo/f"));
    }

    [Fact]
    public async Task Without_content_the_saved_output_leaves_the_workspace()
    {
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync("../ext/d");
        world.Folder.Write("ext/d/a", "changed\n");
        Assert.Null(Assert.Single((await world.Repository.UpdateAsync(["d"], new DataUpdateOptions { NoDownload = true })).Imports).Md5);
        Assert.False(Path.Exists(world.Folder["repo/d"]));
        Assert.EndsWith("outs:\n- hash: md5\n  path: d\n", world.Folder.Read("repo/d.dvc"), StringComparison.Ordinal);
        await world.Repository.PullAsync();
        Assert.Equal("changed\n", world.Folder.Read("repo/d/a"));
        Assert.Empty(world.Litter());
    }

    [Fact]
    public async Task Refuses_targets_that_are_no_imports_all_at_once()
    {
        using var world = await ImportWorld.CreateAsync();
        world.Folder.Write("repo/own", "1\n");
        await world.Repository.AddAsync(["own"]);
        await world.Repository.ImportUrlAsync("../ext/f");
        var exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.UpdateAsync(["own", "none.dvc", "f"], new DataUpdateOptions { Revision = "x" }));
        Assert.Equal(3, exception.Problems.Length);
        await world.RefusesAsync("exclude one another", () => world.Repository.UpdateAsync(["f"], new DataUpdateOptions { ToRemote = true, NoDownload = true }));
        await world.RefusesAsync("only together with --to-remote", () => world.Repository.UpdateAsync(["f"], new DataUpdateOptions { Remote = "store" }));
    }

    [Fact]
    public async Task One_lost_source_does_not_keep_the_others_back()
    {
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync("../ext/f");
        await world.Repository.ImportUrlAsync("../ext/d");
        File.Delete(world.Folder["ext/f"]);
        world.Folder.Write("ext/d/a", "changed\n");
        var exception = await Assert.ThrowsAsync<DvcException>(() => world.Repository.UpdateAsync(["."], new DataUpdateOptions { Recursive = true }));
        Assert.StartsWith("f.dvc: ", Assert.Single(exception.Problems), StringComparison.Ordinal);
        Assert.Equal(("one\n", "changed\n"), (world.Folder.Read("repo/f"), world.Folder.Read("repo/d/a")));
    }

    [Fact]
    public async Task Refuses_settings_that_an_import_lays_over_those_of_its_repository()
    {
        using var world = await ImportWorld.CreateAsync();
        world.Folder.Write("repo/x.dvc", "frozen: true\ndeps:\n- path: x\n  repo:\n    url: ../src\n    rev_lock: a123456789012345678901234567890123456789\n    config:\n      core:\n        remote: other\nouts:\n- hash: md5\n  path: x\n");
        await world.RefusesAsync("records settings of its own", () => world.Repository.UpdateAsync(["x"]));
    }
}
