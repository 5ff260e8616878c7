using System.Globalization;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Repository;

namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>What the real DVC pushed, pushed into a chunk store instead and exported, is DVC's own remote, byte for byte; and a pull from it is the same workspace.</summary>
public sealed class GoldenChunkStoreTests
{
    private static string Override(string remote, string place) => $"['remote \"{remote}\"']\n    url = {place}\n";

    public static TheoryData<string> Scenarios => GoldenReplayTests.Scenarios;

    /// <summary>Gets the scenarios that end with a repository: the variants of init are each a folder of their own.</summary>
    public static TheoryData<string> Repositories => [.. Scenarios.Select(static s => s.Data).Where(static s => s != "init-variants")];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_push_into_a_chunk_store_exports_to_the_remote_that_dvc_made(string id)
    {
        var json = SharedFolder.Require($"golden/dvc/repos/{id}.json.gz");
        var scenario = GoldenScenario.Load(json, json.Replace(".json.gz", ".tar.gz", StringComparison.Ordinal), caseId: null);
        var deviations = GoldenDeviations.Of(id);
        var pushes = 0;
        foreach (var step in scenario.Json.GetProperty("steps").EnumerateArray().Where(static s => s.GetProperty("kind").GetString() == "dvc"))
        {
            string[] words = [.. step.GetProperty("args").EnumerateArray().Select(static a => a.GetString()!)];
            if (words is not ["push", ..] || deviations.ContainsKey(step.GetProperty("n").GetInt32())
                || GoldenVerbs.ToolArguments(words) is not { } said || step.GetProperty("exit").GetInt32() != 0 || step.TryGetProperty("fresh", out _))
            {
                continue;
            }

            using var folder = new ToolFolder();
            scenario.Materialize(step.GetProperty("before").GetInt32(), folder.Path);
            using var expected = new ToolFolder();
            scenario.Materialize(step.GetProperty("after").GetInt32(), expected.Path);
            var working = folder[step.GetProperty("cwd").GetString()!];
            var repository = await RootOf(working);
            var remotes = await RemotesOf(repository);
            foreach (var (name, url) in remotes)
            {
                await UseChunksAsync(folder, repository, name, Path.GetFullPath(url, repository));
            }

            Succeed(await folder.RunAsync(said, TestContext.Current.CancellationToken, current: working));
            foreach (var (name, url) in remotes)
            {
                // The state's own remotes are folders beside the repository.
                var relative = Path.GetRelativePath(folder.Path, Path.GetFullPath(url, repository));
                Succeed(await folder.RunAsync(["data", "export", name, folder["exported-" + name]], TestContext.Current.CancellationToken, current: working));
                AssertSameTree(expected[relative], folder["exported-" + name], $"{id} {step.GetProperty("n").GetInt32()}: {string.Join(' ', words)}");
            }

            pushes++;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id}: {pushes} pushes"));
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public async Task What_the_last_state_tracks_is_exported_as_a_plain_push_leaves_it_and_pulled_as_from_a_plain_remote(string id)
    {
        var json = SharedFolder.Require($"golden/dvc/repos/{id}.json.gz");
        var scenario = GoldenScenario.Load(json, json.Replace(".json.gz", ".tar.gz", StringComparison.Ordinal), caseId: null);
        var last = scenario.Json.GetProperty("states").EnumerateArray().Max(static s => s.GetProperty("n").GetInt32());
        using var folder = new ToolFolder();
        scenario.Materialize(last, folder.Path);
        Assert.True(Directory.Exists(folder["repo", ".dvc"]));

        // One after the other into a plain remote and into a chunk store, of the same name and settings.
        var results = new Dictionary<bool, (int Exit, int Pull)>();
        foreach (var isChunked in new[] { false, true })
        {
            var kind = isChunked ? "chunks" : "plain";
            await File.WriteAllTextAsync(folder["repo", ".dvc", "config.local"], $"[core]\n    remote = own\n{Override("own", folder[kind])}");
            await File.WriteAllTextAsync(folder["workflow.json"], isChunked ? """{ "Workflow": { "Data": { "Chunking": { "own": { "CompressionLevel": 1 } } } } }""" : "{}");
            var push = await RunAsync(folder, "repo", "push", "-r", "own");
            var clone = "clone-" + kind;
            await GitAsync(folder.Path, "clone", "-q", "repo", clone);
            Assert.True(Directory.Exists(folder[clone, ".dvc"]));

            File.Copy(folder["repo", ".dvc", "config.local"], folder[clone, ".dvc", "config.local"]);
            var pull = await RunAsync(folder, clone, "pull", "-r", "own");
            results[isChunked] = (push.ExitCode, pull.ExitCode);
            if (isChunked && push.ExitCode == ExitCode.Done)
            {
                Succeed(await RunAsync(folder, "repo", "export", "own", "../exported"));
                Succeed(await RunAsync(folder, "repo", "export", "own", "../exported"));
            }
        }

        Assert.Equal(results[false], results[true]);
        if (results[true].Exit == ExitCode.Done)
        {
            AssertSameTree(folder["plain"], folder["exported"], id);
        }

        AssertSameTree(folder["clone-plain"], folder["clone-chunks"], id);
    }

    private static async Task UseChunksAsync(ToolFolder folder, string repository, string name, string plain)
    {
        var place = folder["chunks-" + name];
        await File.AppendAllTextAsync(Path.Combine(repository, ".dvc", "config.local"), Override(name, place));
        var file = folder["workflow.json"];
        var sections = File.Exists(file) ? System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file))! : System.Text.Json.Nodes.JsonNode.Parse("""{ "Workflow": { "Data": { "Chunking": {} } } }""")!;
        sections["Workflow"]!["Data"]!["Chunking"]![name] = System.Text.Json.Nodes.JsonNode.Parse("""{ "Enabled": true }""");
        await File.WriteAllTextAsync(file, sections.ToJsonString());

        // What the golden remote has by now is there, too.
        if (Directory.Exists(plain) && Directory.EnumerateFiles(plain, "*", SearchOption.AllDirectories).Any())
        {
            using var store = new ChunkStore(new LocalBlobStore(place));
            await store.UploadAsync([.. Directory.EnumerateFiles(plain, "*", SearchOption.AllDirectories).Select(p => new ChunkFile(Path.GetRelativePath(plain, p).Replace('\\', '/'), p))]);
        }
    }

    private static async Task<string> RootOf(string working) => (await Workflow.Data.Versioning.DataRepository.OpenAsync(working)).Root;

    private static async Task<List<(string Name, string Url)>> RemotesOf(string root)
    {
        var repository = await Workflow.Data.Versioning.DataRepository.OpenAsync(root);
        return [.. (await repository.Remotes.ListAsync()).Where(static r => !r.Url.Contains("://", StringComparison.Ordinal)).Select(static r => (r.Name, r.Url))];
    }

    private static Task<ToolResult> RunAsync(ToolFolder folder, string repository, params string[] words) =>
        folder.RunAsync(["data", .. words], TestContext.Current.CancellationToken, current: folder[repository]);

    private static void Succeed(ToolResult result) => Assert.True(result.ExitCode == ExitCode.Done, result.Error);

    private static void AssertSameTree(string expected, string actual, string what)
    {
        var wanted = Tree(expected);
        var found = Tree(actual);
        Assert.True(wanted.Keys.Order(StringComparer.Ordinal).SequenceEqual(found.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal), $"{what}: expected {string.Join(", ", wanted.Keys.Except(found.Keys))} and not {string.Join(", ", found.Keys.Except(wanted.Keys))}");
        foreach (var (path, (content, mode)) in wanted)
        {
            Assert.True(content.AsSpan().SequenceEqual(found[path].Content) && mode == found[path].Mode, $"{what}: '{path}' differs (mode {mode}, {found[path].Mode})");
        }
    }

    private static Dictionary<string, (byte[] Content, UnixFileMode Mode)> Tree(string root) => !Directory.Exists(root) ? [] : Directory
        .EnumerateFiles(root, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = true })
        .Select(p => (Full: p, Name: Path.GetRelativePath(root, p)))
        .Where(static p => !p.Name.StartsWith(".git/", StringComparison.Ordinal) && !p.Name.StartsWith(".dvc/tmp/", StringComparison.Ordinal) && !p.Name.EndsWith("config.local", StringComparison.Ordinal)
            && !p.Name.Contains("TEMPORARY-NAME", StringComparison.Ordinal))
        .ToDictionary(static p => p.Name, static p => (File.ReadAllBytes(p.Full), OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(p.Full)), StringComparer.Ordinal);

    private static async Task GitAsync(string folder, params string[] arguments)
    {
        using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", arguments) { WorkingDirectory = folder })!;
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
    }
}
