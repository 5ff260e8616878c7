using System.Text.Json.Nodes;

namespace Workflow.Cli.Tests.Data;

public sealed class DataCommandsTests : IDisposable
{
    private readonly ToolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Init_add_and_status_answer_in_text()
    {
        var init = (await _folder.RunAsync("data", "init", "--no-scm")).Done();
        Assert.Equal("", init.Output);
        Assert.Contains(_folder.Path, init.Error, StringComparison.Ordinal);

        File.WriteAllText(_folder["flights.csv"], "a,b\n1,2\n");
        var add = (await _folder.RunAsync("data", "add", "flights.csv")).Done();
        Assert.Equal("flights.csv.dvc  7fb20a25fc0beb54b25c4d3e8c6a6f2d".Length + 1, add.Output.Length);
        Assert.StartsWith("flights.csv.dvc  ", add.Output, StringComparison.Ordinal);
        Assert.Equal("No changes.\n", (await _folder.RunAsync("data", "status")).Done().Output);

        File.WriteAllText(_folder["flights.csv"], "changed\n");
        Assert.Equal("DVC uncommitted changes:\n  modified: flights.csv\n", (await _folder.RunAsync("data", "status")).Done().Output);
    }

    [Fact]
    public async Task Each_verb_answers_with_one_json_document()
    {
        Assert.Equal(_folder.Path, (await _folder.RunAsync("data", "init", "--no-scm", "--json")).Done().Json().GetProperty("root").GetString());

        Write();
        var added = (await _folder.RunAsync("data", "add", "one.txt", "many", "--json")).Done().Json();
        Assert.Equal(["one.txt", "many"], added.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("path").GetString()));
        Assert.Equal("b1946ac92492d2347c6235b4d2611184", added.GetProperty("outputs")[0].GetProperty("md5").GetString());
        Assert.Equal(2, added.GetProperty("outputs")[1].GetProperty("nfiles").GetInt64());

        File.Delete(_folder["many", "a"]);
        var status = (await _folder.RunAsync("data", "status", "--json", "--granular")).Done().Json();
        Assert.Equal("many/a", status.GetProperty("uncommitted").GetProperty("deleted")[0].GetString());
    }

    [Fact]
    public async Task A_name_that_begins_with_an_at_sign_is_a_name()
    {
        (await _folder.RunAsync("data", "init", "--no-scm")).Done();
        File.WriteAllText(_folder["@odd"], "hello\n");
        (await _folder.RunAsync("data", "add", "@odd")).Done();
        Assert.Contains("@odd.dvc", _folder.Entries);
    }

    [Fact]
    public async Task Bad_input_is_one_error_and_changes_nothing()
    {
        (await _folder.RunAsync("data", "status")).Refused(2);
        (await _folder.RunAsync("data", "add", "x")).Refused(2);
        Assert.Empty(_folder.Entries);

        (await _folder.RunAsync("data", "init", "--no-scm")).Done();
        (await _folder.RunAsync("data", "init", "--no-scm")).Refused(2, ".dvc");
        var before = _folder.Entries;
        (await _folder.RunAsync("data", "add", "missing", "absent")).Refused(2, "missing");
        Assert.Equal(Committed(before), Committed(_folder.Entries));

        Write();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        (await _folder.RunAsync(["data", "add", "one.txt"], cancelled.Token)).Refused(2, "cancelled");
        Assert.DoesNotContain("one.txt.dvc", _folder.Entries);
    }

    [Fact]
    public async Task The_real_DVC_writes_the_same_bytes_and_gives_the_same_status()
    {
        var dvc = Path.Combine(Environment.GetEnvironmentVariable("WORKFLOW_PEERS") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "workflow-peers"), "bin", "dvc");
        Assert.SkipUnless(File.Exists(dvc), $"needs the real DVC at '{dvc}': ../shared/peers/install.sh DIRECTORY, then WORKFLOW_PEERS=DIRECTORY");
        using var theirs = new ToolFolder();
        (await RunningProgram.RunAsync(dvc, theirs.Path, "init", "-q", "--no-scm")).Done();
        (await _folder.RunAsync("data", "init", "--no-scm")).Done();
        Assert.Equal(Contents(theirs), Contents(_folder));

        Write();
        Write(theirs);
        (await RunningProgram.RunAsync(dvc, theirs.Path, "add", "-q", "one.txt", "many")).Done();
        (await _folder.RunAsync("data", "add", "one.txt", "many")).Done();
        Assert.Equal(Contents(theirs), Contents(_folder));
        Assert.Contains(Contents(_folder), f => f.StartsWith(".dvc/cache/files/md5/b1/946ac92492d2347c6235b4d2611184", StringComparison.Ordinal));

        foreach (var folder in new[] { _folder, theirs })
        {
            File.WriteAllText(folder["many", "a"], "other\n");
            File.WriteAllText(folder["many", "new"], "new\n");
            File.Delete(folder["one.txt"]);
        }

        foreach (var options in new string[][] { [], ["--granular"], ["--granular", "--unchanged"] })
        {
            var expected = (await RunningProgram.RunAsync(dvc, theirs.Path, ["data", "status", "--json", .. options])).Done();
            var actual = (await _folder.RunAsync(["data", "status", "--json", .. options])).Done();
            Assert.Equal(Compact(expected), Compact(actual));
        }
    }

    private static IEnumerable<string> Committed(IEnumerable<string> entries) => entries.Where(e => !e.StartsWith(".dvc/tmp", StringComparison.Ordinal));

    private static List<string> Contents(ToolFolder folder) =>
        [.. Committed(folder.Entries).Where(e => File.Exists(folder[e])).Select(e => $"{e} {Convert.ToHexString(File.ReadAllBytes(folder[e]))}")];

    // The same document in the same order; Python only writes a space after commas and colons.
    private static string Compact(ToolResult result) => JsonNode.Parse(result.Json().GetRawText())!.ToJsonString();

    private static void Write(ToolFolder folder)
    {
        File.WriteAllText(folder["one.txt"], "hello\n");
        Directory.CreateDirectory(folder["many"]);
        File.WriteAllText(folder["many", "a"], "1\n");
        File.WriteAllText(folder["many", "b"], "2\n");
    }

    private void Write() => Write(_folder);
}
