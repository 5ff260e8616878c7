using Workflow.Data.Versioning.Configuration;

namespace Workflow.Data.Versioning;

public sealed class DataRemotesTests
{
    [Fact]
    public async Task Comments_and_everything_that_does_not_change_stay_byte_for_byte()
    {
        using var folder = await RepositoryAsync();
        const string Text = "# mine\n[core]\n  remote=x   # default\n\n['remote \"x\"']   # first\n\turl = '../r, s'\n    # how many\n    jobs = 2\n[remote \"y\"]\nurl=../y\n# end\n";
        folder.Write(".dvc/config", Text);
        var remotes = DataRemotes.Open(folder.Path);
        await remotes.SetAsync("x", "jobs", "3");
        Assert.Equal(Text.Replace("jobs = 2", "jobs = 3", StringComparison.Ordinal), folder.Read(".dvc/config"));
        await remotes.SetAsync("y", "verify", "true");
        Assert.Contains("url=../y\n    verify = true\n# end\n", folder.Read(".dvc/config"), StringComparison.Ordinal);
        await remotes.SetAsync("y", "verify", null);
        await remotes.SetAsync("x", "jobs", "2");
        Assert.Equal(Text, folder.Read(".dvc/config"));
        await remotes.SetDefaultAsync("y");
        Assert.Contains("  remote = y   # default\n", folder.Read(".dvc/config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_the_settings_in_force_with_paths_resolved_against_their_file()
    {
        using var folder = await RepositoryAsync();
        folder.Write(".dvc/config", "[core]\n    remote = Store\n['remote \"store\"']\n    url = ../../out side\n    jobs = 2\n['remote \"s3\"']\n    url = s3://b/p\n    credentialpath = creds\n['remote \"below\"']\n    url = remote://s3/more\n    region = eu\n");
        folder.Write(".dvc/config.local", "['remote \"s3\"']\n    secret_access_key = \"a#b,c\"\n['remote \"store\"']\n    jobs = 5\n");
        var repository = await DataRepository.OpenAsync(folder.Path);
        var store = await repository.Remotes.GetAsync();
        Assert.Equal(("store", Path.GetFullPath(folder["../out side"]), true, "5"), (store.Name, store.Url, store.IsDefault, store.Settings["jobs"]));
        var s3 = await repository.Remotes.GetAsync("S3");
        Assert.Equal((folder[".dvc/creds"], "a#b,c"), (s3.Settings["credentialpath"], s3.Settings["secret_access_key"]));
        var below = await repository.Remotes.GetAsync("below");
        Assert.Equal(("s3://b/p/more", "eu", "a#b,c"), (below.Url, below.Settings["region"], below.Settings["secret_access_key"]));
        Assert.Equal(["store", "s3", "below"], (await repository.Remotes.ListAsync()).Select(static r => r.Name));
        Assert.DoesNotContain("a#b", s3.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<DvcException>(() => repository.Remotes.GetAsync("nope"));
    }

    [Fact]
    public async Task Refuses_what_dvc_would_refuse_names_all_of_it_without_values_and_writes_nothing()
    {
        using var folder = await RepositoryAsync();
        const string Text = "['remote \"x\"']\n    url = s3://b\n    secret_access_keyy = hunter2\n    jobs = many\n[bogus]\n    a = 1\n";
        folder.Write(".dvc/config", Text);
        var exception = await Assert.ThrowsAsync<DvcException>(() => DataRepository.OpenAsync(folder.Path));
        Assert.Equal(3, exception.Problems.Length);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DvcException>(() => DataRemotes.Open(folder.Path).AddAsync("y", "../y"));
        Assert.Equal(Text, folder.Read(".dvc/config"));
    }

    [Theory]
    [InlineData("[core\n", "line 1")]
    [InlineData("[core]\nremote = 'a\n", "line 2")]
    [InlineData("[core]\nremote = '''a\nb\n", "line 2")]
    [InlineData("[core]\nremote = a\nremote = b\n", "line 3")]
    [InlineData("[core]\n[core]\n", "line 2")]
    [InlineData("remote = a\n", "line 1")]
    [InlineData("[core]\n[[inner]]\n", "line 2")]
    [InlineData("[core]\nremote = %(HOME)s\n", "line 2")]
    [InlineData("\uFEFF[core]\n", "line 1")]
    public async Task Names_the_line_that_cannot_be_read(string text, string expected)
    {
        using var folder = await RepositoryAsync();
        folder.Write(".dvc/config", text);
        if (text[0] == '\uFEFF')
        {
            await File.WriteAllBytesAsync(folder[".dvc/config"], [0xEF, 0xBB, 0xBF, .. "[core]\n"u8]);
        }

        Assert.Contains(expected, (await Assert.ThrowsAsync<DvcException>(() => DataRepository.OpenAsync(folder.Path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_value_is_read_back_as_it_was_written_by_us_and_by_dvc()
    {
        using var folder = await RepositoryAsync();
        string[] values = ["plain", "a b", " lead", "trail ", "a#b", "a,b", "it's", "say \"x\"", "it's \"both\"", "a=b", "[x]", "#", "'", "\"", "''", "a ''' b", "é数据\U0001F600", "a\\b", "100%", "; no comment", "x # y"];
        var remotes = DataRemotes.Open(folder.Path);
        for (var i = 0; i < values.Length; i++)
        {
            await remotes.AddAsync($"r{i}", "s3://b");
            await remotes.SetAsync($"r{i}", "password", null, DataConfigLevel.Local);
            await remotes.SetAsync($"r{i}", "secret_access_key", values[i], DataConfigLevel.Local);
            Assert.Equal(values[i], (await remotes.GetAsync($"r{i}")).Settings["secret_access_key"]);
        }

        var listed = await RealDvc.SucceedAsync(folder.Path, "config", "--list", "--local");
        Assert.Equal(values.Select(static (v, i) => $"remote.r{i}.secret_access_key={v}".TrimEnd()), listed.Split('\n').Select(static l => l.TrimEnd()));
    }

    [Fact]
    public async Task Two_changes_at_once_both_stay()
    {
        using var folder = await RepositoryAsync();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => DataRemotes.Open(folder.Path).AddAsync($"r{i}", $"../r{i}"))));
        Assert.Equal(12, (await DataRemotes.Open(folder.Path).ListAsync()).Length);
    }

    [Fact]
    public async Task A_stronger_file_that_names_a_removed_remote_is_reported_and_nothing_changes()
    {
        using var folder = await RepositoryAsync();
        var remotes = DataRemotes.Open(folder.Path);
        await remotes.AddAsync("x", "s3://b", new DataRemoteAddOptions { Default = true });
        await remotes.SetAsync("x", "secret_access_key", "s", DataConfigLevel.Local);
        var before = folder.Read(".dvc/config");
        await Assert.ThrowsAsync<DvcException>(() => remotes.RemoveAsync("x"));
        Assert.Equal(before, folder.Read(".dvc/config"));
        await remotes.RemoveAsync("x", DataConfigLevel.Local);
        await remotes.RemoveAsync("x");
        Assert.Equal("", folder.Read(".dvc/config"));
        Assert.Null(await remotes.GetDefaultAsync());
    }

    [Theory]
    [InlineData("https://user:secret@h/p", "https://user:…@h/p")]
    [InlineData("https://h/p?sig=secret", "https://h/p?…")]
    [InlineData("s3://b/a@b:c", "s3://b/a@b:c")]
    [InlineData("/local/path", "/local/path")]
    public void A_shown_url_holds_no_secret(string url, string shown) => Assert.Equal(shown, DataRemote.Redact(url));

    [Fact]
    public void Damaged_files_are_refused_or_read_never_worse()
    {
        using var folder = new TemporaryFolder();
        var random = new Workflow.Numerics.Random.Philox(7, "config", 0);
        var seed = "[core]\n    remote = x # c\n['remote \"x\"']\n    url = \"a,b\"\n    k = '''a\nb'''\n"u8.ToArray();
        for (var i = 0; i < 2000; i++)
        {
            var bytes = seed.ToArray();
            for (var j = 0; j < 3; j++)
            {
                bytes[(int)(random.NextUInt64() % (ulong)bytes.Length)] = "[]'\"#=,\n \0x\xff"u8[(int)(random.NextUInt64() % 12)];
            }

            File.WriteAllBytes(folder["config"], bytes);
            try
            {
                var file = ConfigFile.Read(folder["config"]);
                Assert.NotNull(DvcConfiguration.Merge([file]).LinkTypes);
            }
            catch (DvcException exception)
            {
                Assert.NotEmpty(exception.Problems);
            }
        }
    }

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        var folder = new TemporaryFolder();
        await DataRepository.InitAsync(folder.Path, new DataInitOptions { NoScm = true });
        folder.Write(".dvc/config", "");
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        return folder;
    }
}
