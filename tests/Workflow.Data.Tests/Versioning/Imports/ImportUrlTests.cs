namespace Workflow.Data.Versioning.Imports;

public sealed class ImportUrlTests
{
    [Fact]
    public async Task A_file_comes_into_the_workspace_and_its_source_is_recorded()
    {
        using var world = await ImportWorld.CreateAsync();
        var imported = await world.Repository.ImportUrlAsync("../ext/f");
        Assert.Equal(("f", "f.dvc", "5bbf5a52328e7439ae6e719dfe712200"), (imported.Path, imported.MetafilePath, imported.Md5));
        Assert.Equal("one\n", world.Folder.Read("repo/f"));
        Assert.Equal(
            "md5: " + world.Folder.Read("repo/f.dvc").Split('\n')[0]["md5: ".Length..] + "\nfrozen: true\ndeps:\n- md5: 5bbf5a52328e7439ae6e719dfe712200\n  size: 4\n  hash: md5\n  path: ../ext/f\nouts:\n- md5: 5bbf5a52328e7439ae6e719dfe712200\n  size: 4\n  hash: md5\n  path: f\n",
            world.Folder.Read("repo/f.dvc"));
        Assert.Equal("/f\n", world.Folder.Read("repo/.gitignore"));
        Assert.True((await world.Repository.StageStatusAsync()).IsClean);
        Assert.Empty(world.Litter());
    }

    [Fact]
    public async Task A_folder_of_a_remote_by_its_name_is_imported()
    {
        using var world = await ImportWorld.CreateAsync();
        world.Folder.Write("remote/data/x", "1\n");
        world.Folder.Write("remote/data/y/z", "2\n");
        await world.Repository.ImportUrlAsync("remote://store/data");
        Assert.Equal("2\n", world.Folder.Read("repo/data/y/z"));
        Assert.Contains("path: remote://store/data\n", world.Folder.Read("repo/data.dvc"), StringComparison.Ordinal);
        world.Folder.Write("remote/data/x", "3\n");
        Assert.True(Assert.Single((await world.Repository.UpdateAsync(["data"])).Imports).IsChanged);
        Assert.Equal("3\n", world.Folder.Read("repo/data/x"));
    }

    [Fact]
    public async Task Straight_into_the_remote_leaves_the_cache_and_the_workspace_empty_and_no_litter()
    {
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync("../ext/d", new DataImportUrlOptions { ToRemote = true });
        await world.Repository.AddAsync(["../ext/f"], new DataAddOptions { ToRemote = true, Output = "g" });
        Assert.False(Directory.Exists(world.Folder["repo/.dvc/cache"]));
        Assert.False(Path.Exists(world.Folder["repo/d"]));
        Assert.False(Path.Exists(world.Folder["repo/g"]));
        Assert.Equal(4, Directory.EnumerateFiles(world.Folder["remote"], "*", SearchOption.AllDirectories).Count());
        Assert.Empty(world.Litter());
        await world.Repository.PullAsync();
        Assert.Equal(("three\n", "one\n"), (world.Folder.Read("repo/d/s/b"), world.Folder.Read("repo/g")));
        Assert.True((await world.Repository.StageStatusAsync()).IsClean);
    }

    [Fact]
    public async Task What_dvcignore_hides_is_part_of_the_source_but_not_of_the_output()
    {
        using var world = await ImportWorld.CreateAsync();
        world.Folder.Write("repo/.dvcignore", "*.tmp\n");
        world.Folder.Write("ext/d/x.tmp", "no\n");
        await world.Repository.ImportUrlAsync("../ext/d");
        Assert.False(File.Exists(world.Folder["repo/d/x.tmp"]));
        Assert.Contains("  nfiles: 3\n", world.Folder.Read("repo/d.dvc"), StringComparison.Ordinal);
        Assert.Contains("  nfiles: 2\n", world.Folder.Read("repo/d.dvc"), StringComparison.Ordinal);
        Assert.False(Assert.Single((await world.Repository.UpdateAsync(["d"])).Imports).IsChanged);
    }

    [Theory]
    [InlineData("../ext/none", null, "does not exist")]
    [InlineData("../ext/f", "no/such/f", "does not exist")]
    [InlineData("../ext/f", "../out", "is no path in the repository")]
    [InlineData("../ext/f", "x.dvc", "is a place of DVC")]
    [InlineData("../ext/f", ".dvc/x", "is a place of DVC")]
    [InlineData("..", "x", "data cannot be imported into itself")]
    [InlineData("file:///etc/passwd", "x", "Nothing here opens")]
    [InlineData("s3://bucket/x", "x", "Nothing here opens")]
    [InlineData("remote://none/x", "x", "There is no remote 'none'")]
    [InlineData("remote://store/../../x", "x", "leads out of its remote")]
    [InlineData("http://127.0.0.1/", null, "has no name of its own")]
    [InlineData("http://127.0.0.1/folder/", null, "names a folder")]
    [InlineData("http://127.0.0.1:1/x", null, "could not be read, 4 times")]
    [InlineData("http:///x", "y", "is no address of http")]
    public async Task Refuses(string url, string? output, string message)
    {
        using var world = await ImportWorld.CreateAsync();
        await world.RefusesAsync(message, () => world.Repository.ImportUrlAsync(url, new DataImportUrlOptions { Output = output }));
    }

    [Fact]
    public async Task Refuses_what_is_in_the_way_and_replaces_it_by_force()
    {
        using var world = await ImportWorld.CreateAsync();
        world.Folder.Write("repo/f", "mine\n");
        await world.RefusesAsync("exists. Replace it with --force", () => world.Repository.ImportUrlAsync("../ext/f"));
        await world.Repository.ImportUrlAsync("../ext/f", new DataImportUrlOptions { Force = true });
        Assert.Equal("one\n", world.Folder.Read("repo/f"));
    }

    [Fact]
    public async Task Refuses_a_source_that_holds_rules_of_its_own_or_no_files()
    {
        using var world = await ImportWorld.CreateAsync();
        world.Folder.Write("ext/d/.dvcignore", "*");
        await world.RefusesAsync(".dvcignore", () => world.Repository.ImportUrlAsync("../ext/d"));
        if (!OperatingSystem.IsWindows())
        {
            await world.RefusesAsync("neither a file nor a folder", () => world.Repository.ImportUrlAsync("/dev/null", new DataImportUrlOptions { Output = "null" }));
            File.CreateSymbolicLink(world.Folder["ext/s"], "nowhere");
            await world.RefusesAsync("does not exist", () => world.Repository.ImportUrlAsync("../ext/s"));
        }
    }

    [Theory]
    [InlineData("x/../../evil")]
    [InlineData("x/a/../b")]
    [InlineData("x//a")]
    [InlineData("x/a\\b")]
    [InlineData("x/.dvcignore")]
    [InlineData("x/a\u2028b")]
    public async Task Refuses_names_of_a_store_that_lead_elsewhere(string name)
    {
        using var world = (await ImportWorld.CreateAsync()).With(new ListedBlobStore(("x/good", "1", "m1"), (name, "2", "m2")));
        await world.RefusesAsync("lists '", () => world.Repository.ImportUrlAsync("fake://store/x"));
    }

    [Fact]
    public async Task Refuses_a_name_that_is_file_and_folder()
    {
        using var world = (await ImportWorld.CreateAsync()).With(new ListedBlobStore(("x/a", "1", "m1"), ("x/a/b", "2", "m2")));
        await world.RefusesAsync("below a name that is a file", () => world.Repository.ImportUrlAsync("fake://store/x"));
    }

    [Fact]
    public async Task Refuses_a_blob_that_changes_while_it_is_read_and_one_without_a_mark()
    {
        using var world = (await ImportWorld.CreateAsync()).With(new ListedBlobStore(("x", "1", "m1")) { MarkAfterReading = "m2" });
        await world.RefusesAsync("changed while it was read", () => world.Repository.ImportUrlAsync("fake://store/x"));
        world.With(new ListedBlobStore(("x", "1", null)));
        await world.RefusesAsync("gives no ETag", () => world.Repository.ImportUrlAsync("fake://store/x"));
    }

    [Fact]
    public async Task Records_of_a_bucket_are_the_marks_of_its_objects()
    {
        // The MD5 of [{"etag": "m1", "relpath": "a"}, {"etag": "m2", "relpath": "s/b"}], as the real DVC makes it of a folder in S3.
        var expected = Workflow.Data.Versioning.Objects.FileHasher.Hash("[{\"etag\": \"m1\", \"relpath\": \"a\"}, {\"etag\": \"m2\", \"relpath\": \"s/b\"}]"u8).ToString();
        using var world = (await ImportWorld.CreateAsync()).With(new ListedBlobStore(("x/s/b", "22", "m2"), ("x/a", "1", "m1"), ("y", "3", "m3")));
        await world.Repository.ImportUrlAsync("fake://store/x");
        await world.Repository.ImportUrlAsync("fake://store/y");
        Assert.Contains($"deps:\n- md5: {expected}.dir\n  size: 3\n  nfiles: 2\n  hash: md5\n  path: fake://store/x\nouts:", world.Folder.Read("repo/x.dvc"), StringComparison.Ordinal);
        Assert.Contains("deps:\n- etag: m3\n  size: 1\n  hash: md5\n  path: fake://store/y\nouts:", world.Folder.Read("repo/y.dvc"), StringComparison.Ordinal);
        Assert.Equal("22", world.Folder.Read("repo/x/s/b"));
        Assert.All((await world.Repository.UpdateAsync(["x", "y"])).Imports, static i => Assert.False(i.IsChanged));
    }
}
