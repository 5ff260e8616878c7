namespace Workflow.Cli.Tests.Data;

public sealed class WorkspaceCommandsTests : IDisposable
{
    private readonly ToolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Checkout_names_or_counts_what_it_did()
    {
        await InitAsync();
        File.Delete(_folder["one"]);
        File.WriteAllText(_folder["d", "x"], "1\n");
        Assert.Equal("M\td/\nA\tone\n", (await _folder.RunAsync("data", "checkout")).Done().Output);
        Assert.Equal("No changes.\n", (await _folder.RunAsync("data", "checkout", "--summary")).Done().Output);
        File.Delete(_folder["one"]);
        File.Delete(_folder["d", "x"]);
        File.WriteAllText(_folder["d", "y"], "1\n");
        Assert.Equal("2 files added and 1 file deleted\n", (await _folder.RunAsync("data", "checkout", "--summary")).Done().Output);
        var json = (await _folder.RunAsync("data", "checkout", "--json")).Done().Json();
        Assert.Equal(0, json.GetProperty("filesAdded").GetInt64());
    }

    [Fact]
    public async Task Checkout_refuses_to_lose_a_file_and_names_missing_content()
    {
        await InitAsync();
        File.WriteAllText(_folder["one"], "unsaved");
        (await _folder.RunAsync("data", "checkout")).Refused(2, "one", "not in the cache");
        (await _folder.RunAsync("data", "checkout", "nope", "neither")).Refused(2, "nope", "neither");
        (await _folder.RunAsync("data", "checkout", "-f")).Done();
        Assert.Equal("1\n", File.ReadAllText(_folder["one"]));

        Directory.Delete(_folder[".dvc", "cache"], recursive: true);
        File.Delete(_folder["one"]);
        var (exit, _, error) = await _folder.RunAsync("data", "checkout");
        Assert.Equal(2, exit);
        Assert.Contains("b026324c6904b2a9cb4b88d6d61c81d1", error, StringComparison.Ordinal);
        (await _folder.RunAsync("data", "checkout", "--allow-missing")).Done();
        Assert.True(File.Exists(_folder["d", "x"]));
    }

    [Fact]
    public async Task Move_remove_commit_and_unprotect_take_dvcs_words()
    {
        await InitAsync();
        Assert.Equal("two.dvc\n", (await _folder.RunAsync("data", "move", "one", "two")).Done().Output);
        (await _folder.RunAsync("data", "mv", "nope", "x")).Refused(2, "nope");
        File.WriteAllText(_folder["two"], "changed\n");
        (await _folder.RunAsync("data", "commit")).Refused(2, "two");
        Assert.Contains("two.dvc  ", (await _folder.RunAsync("data", "commit", "-f", "two.dvc")).Done().Output, StringComparison.Ordinal);
        (await _folder.RunAsync("data", "unprotect", "d", "-q")).Done();
        (await _folder.RunAsync("data", "remove", "two")).Refused(2, "two.dvc");
        (await _folder.RunAsync("data", "remove", "two.dvc", "--outs")).Done();
        Assert.False(File.Exists(_folder["two"]) || File.Exists(_folder["two.dvc"]));
    }

    [Fact]
    public async Task Remotes_are_set_listed_and_never_told_with_their_secrets()
    {
        await InitAsync();
        (await _folder.RunAsync("data", "remote", "default")).Refused(2, "no default");
        (await _folder.RunAsync("data", "remote", "add", "-d", "Store", "../store")).Done();
        (await _folder.RunAsync("data", "remote", "add", "web", "https://me:hunter2@host/p")).Done();
        Assert.Equal("store\n", (await _folder.RunAsync("data", "remote", "default")).Done().Output);
        var listed = (await _folder.RunAsync("data", "remote", "list")).Done().Output;
        Assert.Equal($"store\t{Path.GetFullPath(_folder["../store"])}\t(default)\nweb\thttps://me:…@host/p\n", listed);
        var (exit, _, error) = await _folder.RunAsync("data", "remote", "modify", "web", "passwordd", "hunter3");
        Assert.Equal(2, exit);
        Assert.DoesNotContain("hunter3", error, StringComparison.Ordinal);
        (await _folder.RunAsync("data", "remote", "modify", "--local", "web", "password", "hunter3")).Done();
        Assert.DoesNotContain("hunter3", File.ReadAllText(_folder[".dvc", "config"]), StringComparison.Ordinal);
        (await _folder.RunAsync("data", "remote", "modify", "web", "user")).Refused(2, "-u");
        (await _folder.RunAsync("data", "remote", "list", "--local", "--global")).Refused(2, "Only one");
        (await _folder.RunAsync("data", "remote", "rename", "store", "main")).Done();
        Assert.Equal("main\n", (await _folder.RunAsync("data", "remote", "default")).Done().Output);
    }

    private async Task InitAsync()
    {
        (await _folder.RunAsync("data", "init", "--no-scm")).Done();
        File.WriteAllText(_folder["one"], "1\n");
        Directory.CreateDirectory(_folder["d"]);
        File.WriteAllText(_folder["d", "x"], "2\n");
        (await _folder.RunAsync("data", "add", "one", "d")).Done();
    }
}
