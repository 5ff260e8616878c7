using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

public sealed class CheckoutTests
{
    private const string X = "9dd4e461268c8034f5c8564e155c67a6";

    [Fact]
    public async Task Brings_back_what_was_recorded_and_says_what_it_did()
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/a", "1");
        folder.Write("data/sub/b", "22");
        folder.Write("one", "x");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["data", "one"]);
        Directory.Delete(folder["data"], recursive: true);
        folder.Write("one", "22");

        var result = await repository.CheckoutAsync();
        Assert.Equal(["data/"], result.Added);
        Assert.Equal(["one"], result.Modified);
        Assert.Equal((2, 1, 0), (result.FilesAdded, result.FilesModified, result.FilesDeleted));
        Assert.Equal("122x", folder.Read("data/a") + folder.Read("data/sub/b") + folder.Read("one"));
        var again = await repository.CheckoutAsync();
        Assert.True(again.Added.IsEmpty && again.Modified.IsEmpty);
        Assert.Empty(Directory.EnumerateDirectories(folder[".dvc/tmp/workflow"]));
    }

    [Fact]
    public async Task Names_every_file_that_would_be_lost_and_touches_nothing()
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/a", "1");
        folder.Write("one", "x");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["data", "one"]);
        folder.Write("data/a", "unsaved");
        folder.Write("data/extra", "unsaved, too");
        folder.Write("data/known", "x");
        File.Delete(folder["one"]);

        var exception = await Assert.ThrowsAsync<DvcException>(() => repository.CheckoutAsync());
        Assert.Equal(2, exception.Problems.Length);
        Assert.Contains("data/a", exception.Message, StringComparison.Ordinal);
        Assert.Contains("data/extra", exception.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["data/known"]) && !File.Exists(folder["one"]));

        var result = await repository.CheckoutAsync(new DataCheckoutOptions { Force = true });
        Assert.Equal((1, 1, 2), (result.FilesAdded, result.FilesModified, result.FilesDeleted));
        Assert.Equal(["data/a"], Files(folder, "data"));
    }

    [Fact]
    public async Task Keeps_an_output_whose_content_is_not_all_in_the_cache_and_checks_the_others_out()
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/a", "1");
        folder.Write("data/b", "22");
        folder.Write("one", "x");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["data", "one"]);
        var lost = FileHasher.Hash("22"u8).ToString();
        File.Delete(folder[$".dvc/cache/files/md5/{lost[..2]}/{lost[2..]}"]);
        File.Delete(folder["data/b"]);
        File.Delete(folder["one"]);

        var exception = await Assert.ThrowsAsync<DvcException>(() => repository.CheckoutAsync());
        Assert.Contains(lost, exception.Message, StringComparison.Ordinal);
        Assert.Equal("1", folder.Read("data/a"));
        Assert.Equal("x", folder.Read("one"));

        var missing = Assert.Single((await repository.CheckoutAsync(new DataCheckoutOptions { AllowMissing = true })).Missing);
        Assert.Equal("data", missing.Path);
        Assert.Equal([lost], missing.Objects);
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("")]
    public async Task Refuses_a_list_of_files_that_leads_out_of_its_folder(string path)
    {
        using var folder = await RepositoryAsync();
        await PlantAsync(folder, $$"""[{"md5": "{{X}}", "relpath": "{{path}}"}]""");
        folder.Write("d/mine", "x");
        await Assert.ThrowsAsync<DvcException>(async () => await (await DataRepository.OpenAsync(folder.Path)).CheckoutAsync(new DataCheckoutOptions { Force = true }));
        Assert.Equal(["d/mine"], Files(folder, "d"));
        Assert.False(File.Exists(folder["escaped"]));
    }

    [Fact]
    public async Task Never_writes_through_a_link_to_a_folder()
    {
        using var folder = await RepositoryAsync();
        using var outside = new TemporaryFolder();
        await PlantAsync(folder, $$"""[{"md5": "{{X}}", "relpath": "sub/x"}]""");
        Directory.CreateDirectory(folder["d"]);
        File.CreateSymbolicLink(folder["d/sub"], outside.Path);
        var repository = await DataRepository.OpenAsync(folder.Path);
        Assert.Contains("d/sub", (await Assert.ThrowsAsync<DvcException>(() => repository.CheckoutAsync())).Message, StringComparison.Ordinal);
        await repository.CheckoutAsync(new DataCheckoutOptions { Force = true });
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
        Assert.Equal("x", folder.Read("d/sub/x"));
        Assert.Equal(FileKind.Folder, PosixFiles.Stamp(folder["d/sub"], followLinks: false).Kind);

        folder.Write("e.dvc", $"outs:\n- md5: {X}\n  size: 1\n  hash: md5\n  path: link/x\n");
        File.CreateSymbolicLink(folder["link"], outside.Path);
        await Assert.ThrowsAsync<DvcException>(() => repository.CheckoutAsync(new DataCheckoutOptions { Force = true }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_are_all_kept()
    {
        using var folder = await RepositoryAsync();
        await PlantAsync(folder, $$"""[{"md5": "{{X}}", "relpath": "README"}, {"md5": "{{X}}", "relpath": "Readme"}, {"md5": "{{X}}", "relpath": "readme"}]""");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system that tells cases apart");
        await (await DataRepository.OpenAsync(folder.Path)).CheckoutAsync();
        Assert.Equal(3, Files(folder, "d").Length);
    }

    [Fact]
    public async Task Targets_are_parts_metafiles_and_folders()
    {
        using var folder = await RepositoryAsync();
        folder.Write("p/data/a", "1");
        folder.Write("p/data/sub/b", "22");
        folder.Write("p/one", "x");
        folder.Write("two", "y");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["p/data", "p/one", "two"]);
        Directory.Delete(folder["p/data"], recursive: true);
        File.Delete(folder["p/one"]);
        File.Delete(folder["two"]);

        await repository.CheckoutAsync(new DataCheckoutOptions { Targets = ["data/sub"], WorkingDirectory = folder["p"] });
        Assert.Equal(["p/data/sub/b"], Files(folder, "p/data"));
        await repository.CheckoutAsync(new DataCheckoutOptions { Targets = ["p/one.dvc"] });
        Assert.True(File.Exists(folder["p/one"]) && !File.Exists(folder["p/data/a"]));
        await repository.CheckoutAsync(new DataCheckoutOptions { Targets = ["p"], Recursive = true });
        Assert.True(File.Exists(folder["p/data/a"]) && !File.Exists(folder["two"]));
        var exception = await Assert.ThrowsAsync<DvcException>(() => repository.CheckoutAsync(new DataCheckoutOptions { Targets = ["nope", "two", "no.dvc"] }));
        Assert.Equal(2, exception.Problems.Length);
        Assert.False(File.Exists(folder["two"]));
    }

    [Fact]
    public async Task Links_are_of_the_configured_type_and_unprotect_makes_files_of_them()
    {
        using var folder = await RepositoryAsync();
        folder.Write("data/a", "1");
        folder.Write("data/empty", "");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["data"]);
        var stored = folder[$".dvc/cache/files/md5/c4/ca4238a0b923820dcc509a6f75849b"];

        folder.Write(".dvc/config", "[cache]\n    type = hardlink\n");
        await repository.CheckoutAsync(new DataCheckoutOptions { Relink = true });
        Assert.Equal(PosixFiles.Stamp(stored).Inode, PosixFiles.Stamp(folder["data/a"]).Inode);
        Assert.Equal((1L, 0b110_100_100), (PosixFiles.LinkCount(folder["data/empty"]), PosixFiles.Stamp(folder["data/empty"]).Mode));

        Assert.Equal(1, await repository.UnprotectAsync(["data"]));
        Assert.Equal((1L, 0b110_100_100), (PosixFiles.LinkCount(folder["data/a"]), PosixFiles.Stamp(folder["data/a"]).Mode));
        Assert.Equal(0b100_100_100, PosixFiles.Stamp(stored).Mode);

        folder.Write(".dvc/config", "[cache]\n    type = \"symlink,copy\"\n");
        await repository.CheckoutAsync(new DataCheckoutOptions { Relink = true });
        Assert.Equal(stored, new FileInfo(folder["data/a"]).LinkTarget);
        folder.Write(".dvc/config", "[cache]\n    type = copy\n");
        await repository.CheckoutAsync(new DataCheckoutOptions { Relink = true });
        Assert.Null(new FileInfo(folder["data/a"]).LinkTarget);
        Assert.Equal("1", folder.Read("data/a"));
        await Assert.ThrowsAsync<DvcException>(() => repository.UnprotectAsync(["nope", ".dvc/cache"]));
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_and_the_reverse_are_replaced()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "x");
        folder.Write("d/n/x", "1");
        var repository = await DataRepository.OpenAsync(folder.Path);
        await repository.AddAsync(["f", "d"]);
        File.Delete(folder["f"]);
        folder.Write("f/deep/er", "1");
        Directory.CreateDirectory(folder["f/void"]);
        Directory.Delete(folder["d/n"], recursive: true);
        folder.Write("d/n", "x");
        await repository.CheckoutAsync();
        Assert.Equal("x", folder.Read("f"));
        Assert.Equal("1", folder.Read("d/n/x"));
    }

    // Random trees of one repository, checked out over one another, against the trees themselves.
    [Fact]
    public async Task Any_state_becomes_any_other()
    {
        using var folder = await RepositoryAsync();
        var repository = await DataRepository.OpenAsync(folder.Path);
        var states = new List<(string Metafile, Dictionary<string, string> Tree)>();
        for (long seed = 0; seed < 12; seed++)
        {
            var tree = RandomTree(seed);
            Directory.CreateDirectory(folder["d"]);
            Directory.Delete(folder["d"], recursive: true);
            Directory.CreateDirectory(folder["d"]);
            foreach (var (path, text) in tree)
            {
                folder.Write("d/" + path, text);
            }

            await repository.AddAsync(["d"]);
            states.Add((folder.Read("d.dvc"), tree));
        }

        for (var i = 0; i < 40; i++)
        {
            var (metafile, tree) = states[i * 7 % states.Count];
            folder.Write("d.dvc", metafile);
            await repository.CheckoutAsync();
            Assert.Equal(tree.Keys.Order(StringComparer.Ordinal), Files(folder, "d").Select(static p => p[2..]).Order(StringComparer.Ordinal));
            Assert.All(tree, e => Assert.Equal(e.Value, folder.Read("d/" + e.Key)));
            Assert.True((await repository.StatusAsync()).Uncommitted.IsEmpty);
        }
    }

    private static Dictionary<string, string> RandomTree(long seed)
    {
        var random = new Workflow.Numerics.Random.Philox(seed, "tree", 0);
        string[] names = ["a", "b", "c d", "é", "\U0001F600", "x"];
        var tree = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 12; i++)
        {
            var path = string.Join('/', Enumerable.Range(0, 1 + (int)(random.NextUInt64() % 3)).Select(_ => names[random.NextUInt64() % 6]));
            if (!tree.Keys.Any(k => k == path || k.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(k + "/", StringComparison.Ordinal)))
            {
                tree[path] = (random.NextUInt64() % 4) switch { 0 => "", 1 => "same", _ => $"content {random.NextUInt64() % 5}" };
            }
        }

        return tree;
    }

    private static string[] Files(TemporaryFolder folder, string below) =>
        [.. Directory.EnumerateFiles(folder[below], "*", SearchOption.AllDirectories).Select(p => p[(folder.Path.Length + 1)..]).Order(StringComparer.Ordinal)];

    private static async Task PlantAsync(TemporaryFolder folder, string list)
    {
        folder.Write("seed", "x");
        await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["seed"]);
        var id = FileHasher.Hash(Encoding.UTF8.GetBytes(list)).ToString();
        folder.Write($".dvc/cache/files/md5/{id[..2]}/{id[2..]}.dir", list);
        folder.Write("d.dvc", $"outs:\n- md5: {id}.dir\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: d\n");
    }

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        await DataRepository.InitAsync(folder.Path);
        return folder;
    }
}
