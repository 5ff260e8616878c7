namespace Workflow.Data.Versioning.Imports;

/// <summary>Imports made here and by the real DVC are the same files, and either goes on with those of the other.</summary>
public sealed class RealDvcImportTests
{
    // Every kind of source, and every way in which a server of http tells of a file.
    private static readonly (string Source, string Output, string? Option)[] Imports =
    [
        ("../ext/f", "f", null),
        ("../ext/run", "run", null),
        ("../ext/d", "d", null),
        ("../ext/empty", "empty", null),
        ("remote://store/data", "r", null),
        ("in.txt", "copy.txt", null),
        ("{http}/tag", "tag", null),
        ("{http}/weak", "weak", null),
        ("{http}/md5", "md5", null),
        ("{http}/none?q=a", "none", null),
        ("{http}/type", "type", null),
        ("{http}/moved", "moved", null),
        ("{http}/tag", "nd-http", "--no-download"),
        ("../ext/d", "nd", "--no-download"),
        ("{http}/tag", "ne", "--no-exec"),
        ("../ext/run", "tr", "--to-remote"),
        ("{http}/tag", "tr-http", "--to-remote"),
    ];

    [Fact]
    public async Task Imports_are_the_same_files_and_clean_for_the_real_dvc()
    {
        RealDvc.Require();
        using var server = new LoopbackHttp(Answer);
        using var ours = await WorldAsync();
        using var theirs = await WorldAsync();
        foreach (var (source, output, option) in Imports)
        {
            var url = source.Replace("{http}", server.Address, StringComparison.Ordinal);
            await ours.Repository.ImportUrlAsync(url, new DataImportUrlOptions
            {
                Output = output,
                NoExec = option == "--no-exec",
                NoDownload = option == "--no-download",
                ToRemote = option == "--to-remote",
            });
            await RealDvc.SucceedAsync(theirs.Folder["repo"], [.. (string[])["import-url", "-q", url, output], .. option is null ? (string[])[] : [option]]);
        }

        Assert.Equal(Metafiles(theirs), Metafiles(ours));
        Assert.Equal(Objects(theirs, "repo/.dvc/cache"), Objects(ours, "repo/.dvc/cache"));
        Assert.Equal(Objects(theirs, "remote/files"), Objects(ours, "remote/files"));
        Assert.Equal(await RealDvc.SucceedAsync(theirs.Folder["repo"], "status", "--json"), await RealDvc.SucceedAsync(ours.Folder["repo"], "status", "--json"));

        // Neither finds anything to update in what the other made.
        var names = Imports.Where(static i => i.Option is null).Select(static i => i.Output + ".dvc").ToArray();
        var before = Metafiles(ours);
        await RealDvc.SucceedAsync(ours.Folder["repo"], ["update", "-q", .. names]);
        Assert.Equal(before, Metafiles(ours));
        Assert.All((await theirs.Repository.UpdateAsync(names)).Imports, static i => Assert.False(i.IsChanged, i.Path));
        Assert.Equal(before, Metafiles(theirs));
    }

    [Fact]
    public async Task Updates_are_the_same_files()
    {
        RealDvc.Require();
        using var ours = await WorldAsync();
        using var theirs = await WorldAsync();
        foreach (var world in new[] { ours, theirs })
        {
            // Each goes on with what the other made.
            foreach (var (source, output) in new[] { ("../ext/f", "f"), ("../ext/d", "d") })
            {
                if (world == ours)
                {
                    await RealDvc.SucceedAsync(world.Folder["repo"], "import-url", "-q", source, output);
                }
                else
                {
                    await world.Repository.ImportUrlAsync(source, new DataImportUrlOptions { Output = output });
                }
            }

            await world.Repository.ImportUrlAsync("../ext/d", new DataImportUrlOptions { Output = "nd", NoDownload = true });
            await world.Repository.ImportUrlAsync("../ext/f", new DataImportUrlOptions { Output = "ne", NoExec = true });
            world.Folder.Write("ext/f", "another\n");
            world.Folder.Write("ext/d/new/x", "new\n");
            File.Delete(world.Folder["ext/d/a"]);
        }

        await ours.Repository.UpdateAsync(["f", "d"]);
        await ours.Repository.UpdateAsync(["nd", "ne"], new DataUpdateOptions { NoDownload = true });
        await RealDvc.SucceedAsync(theirs.Folder["repo"], "update", "-q", "f.dvc", "d.dvc");
        await RealDvc.SucceedAsync(theirs.Folder["repo"], "update", "-q", "--no-download", "nd.dvc", "ne.dvc");
        Assert.Equal(Metafiles(theirs), Metafiles(ours));
        await ours.Repository.UpdateAsync(["nd", "ne"]);
        await RealDvc.SucceedAsync(theirs.Folder["repo"], "update", "-q", "nd.dvc", "ne.dvc");
        Assert.Equal(theirs.Files(), ours.Files());
        Assert.Equal("{}", await RealDvc.SucceedAsync(ours.Folder["repo"], "status", "--json"));
    }

    [Fact]
    public async Task Imports_from_repositories_are_updated_alike_and_fetched_where_they_have_no_content()
    {
        RealDvc.Require();
        using var ours = await WorldAsync();
        using var theirs = await WorldAsync();
        foreach (var world in new[] { ours, theirs })
        {
            await SourceAsync(world, "1");
            await world.Repository.ImportAsync("../src", "data", new DataImportOptions { Output = "nd", NoDownload = true });
            await world.Repository.ImportAsync("../src", "g", new DataImportOptions { Output = "ng", NoDownload = true, Remote = "rs" });
        }

        await ours.Repository.FetchAsync();
        await RealDvc.SucceedAsync(theirs.Folder["repo"], "fetch", "-q");
        Assert.Equal(Objects(theirs, "repo/.dvc/cache"), Objects(ours, "repo/.dvc/cache"));

        // What one has fetched the other checks out.
        await RealDvc.SucceedAsync(ours.Folder["repo"], "checkout", "-q");
        await theirs.Repository.CheckoutAsync();
        Assert.Equal(theirs.Files(), ours.Files());
        Assert.Equal("1\n", ours.Folder.Read("repo/nd/x"));

        // Only now: the real fetch fails where both kinds of imports meet.
        foreach (var world in new[] { ours, theirs })
        {
            await world.Repository.ImportAsync("../src", "data", new DataImportOptions { WorkingDirectory = world.Folder["repo"] });
            await SourceAsync(world, "2");
        }

        await ours.Repository.UpdateAsync(["data", "nd", "ng"]);
        await RealDvc.SucceedAsync(theirs.Folder["repo"], "update", "-q", "data.dvc", "nd.dvc", "ng.dvc");
        Assert.Equal(Metafiles(theirs).Select(static m => m.Text.Replace("rev_lock", "", StringComparison.Ordinal).Length), Metafiles(ours).Select(static m => m.Text.Replace("rev_lock", "", StringComparison.Ordinal).Length));
        Assert.Equal("2\n", ours.Folder.Read("repo/nd/x"));
        Assert.DoesNotContain("update available", await RealDvc.SucceedAsync(ours.Folder["repo"], "status", "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_content_is_kept_where_the_real_dvc_looks_for_it()
    {
        RealDvc.Require();
        using var world = await WorldAsync();
        await world.Repository.ImportUrlAsync("../ext/d", new DataImportUrlOptions { Output = "nu", NoDownload = true });
        await world.Repository.FetchAsync();
        var fetched = Objects(world, "repo/.dvc/cache");
        Assert.Equal(2, fetched.Count);
        await RealDvc.SucceedAsync(world.Folder["repo"], "fetch", "-q");
        Assert.Equal(fetched, Objects(world, "repo/.dvc/cache"));
        await RealDvc.SucceedAsync(world.Folder["repo"], "checkout", "-q");
        Assert.Equal("three\n", world.Folder.Read("repo/nu/s/b"));
    }

    private static async Task<ImportWorld> WorldAsync()
    {
        var world = await ImportWorld.CreateAsync();
        world.Folder.Write("remote/data/x", "in the remote\n");
        world.Folder.Write("repo/in.txt", "inside\n");
        world.Folder.Write("ext/run", "#!\n");
        Directory.CreateDirectory(world.Folder["ext/empty"]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(world.Folder["ext/run"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return world;
    }

    private static async Task SourceAsync(ImportWorld world, string content)
    {
        var folder = world.Folder["src"];
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            await RunningProgram.GitAsync(folder, "init", "-q");
            await DataRepository.InitAsync(folder);
            await File.WriteAllTextAsync(world.Folder["src/.dvc/config"], "[core]\n    remote = rs\n['remote \"rs\"']\n    url = ../../src-remote\n");
        }

        world.Folder.Write("src/data/x", content + "\n");
        world.Folder.Write("src/data/s/y", "same\n");
        world.Folder.Write("src/g", $"git {content}\n");
        var source = await DataRepository.OpenAsync(folder);
        await source.AddAsync(["data"]);
        await source.PushAsync();
        await RunningProgram.GitAsync(folder, "add", "-A");
        await RunningProgram.GitAsync(folder, "commit", "-q", "-m", content);
    }

    private static List<(string Name, string Text)> Metafiles(ImportWorld world) => [.. world.Files().Where(static f => f.Key.EndsWith(".dvc", StringComparison.Ordinal) || f.Key.EndsWith(".gitignore", StringComparison.Ordinal)).Select(static f => (f.Key, f.Value))];

    // Temporary files that DVC forgets in a remote do not count.
    private static List<string> Objects(ImportWorld world, string folder) => !Directory.Exists(world.Folder[folder]) ? [] :
    [
        .. Directory.EnumerateFiles(world.Folder[folder], "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(world.Folder[folder], f))
            .Where(static f => !f.EndsWith(".tmp", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static HttpAnswer Answer(string method, string path, string? range) => path.Split('?')[0] switch
    {
        "/tag" => new HttpAnswer { Body = "tagged\n", Headers = ["ETag: \"abc-1\""] },
        "/weak" => new HttpAnswer { Body = "weak\n", Headers = ["ETag: W/\"abc-2\""] },
        "/md5" => new HttpAnswer { Body = "hello\n", Headers = ["Content-MD5: sZRqySSS0jR8YjW00mERhA=="] },
        "/none" => new HttpAnswer { Body = "none\n" },
        "/type" => new HttpAnswer { Body = "typed\n", Headers = ["Content-Type: text/plain; charset=utf-8", "Accept-Ranges: none", "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT"] },
        "/moved" => new HttpAnswer { Status = 302, Headers = ["Location: /tag"] },
        _ => new HttpAnswer { Status = 404 },
    };
}
