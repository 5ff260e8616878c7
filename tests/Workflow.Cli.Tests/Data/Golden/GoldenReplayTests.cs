using Workflow.Repository;

namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>Every golden step in scope, said to the tool, leaves the same tree and gives the same answer as DVC 3.67.1.</summary>
public sealed class GoldenReplayTests
{
    public static TheoryData<string> Scenarios
    {
        get
        {
            var names = SharedFolder.Find("golden/dvc/repos") is { } folder ? Directory.GetFiles(folder, "*.json.gz") : ["none.json.gz"];
            return [.. names.Select(static f => Path.GetFileName(f)[..^".json.gz".Length]).Order(StringComparer.Ordinal)];
        }
    }

    public static TheoryData<string> ErrorCases => ["overlap", "git-tracked", "missing-path", "corrupt-object", "truncated-dir", "traversal-dir", "missing-remote", "bad-metafile", "bad-paths", "lock-held", "no-scm", "ignore-inside", "special-files", "bad-remote-config"];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Replays_the_scenario(string id)
    {
        var json = SharedFolder.Require($"golden/dvc/repos/{id}.json.gz");
        await ReplayAsync(GoldenScenario.Load(json, json.Replace(".json.gz", ".tar.gz", StringComparison.Ordinal), caseId: null), id);
    }

    [Theory]
    [MemberData(nameof(ErrorCases))]
    public async Task Refuses_what_dvc_refuses(string id)
    {
        var json = SharedFolder.Require("golden/dvc/errors.json.gz");
        await ReplayAsync(GoldenScenario.Load(json, SharedFolder.Require("golden/dvc/errors.tar.gz"), id), id);
    }

    private static async Task ReplayAsync(GoldenScenario scenario, string id)
    {
        var replay = new GoldenReplay(scenario);
        await replay.RunAsync(GoldenDeviations.Of(id));
        TestContext.Current.TestOutputHelper?.WriteLine($"{id}: {replay.Replayed} steps replayed, {replay.Skipped.Count} skipped");
        foreach (var skipped in replay.Skipped)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(skipped);
        }

        Assert.True(replay.Differences.Count == 0, string.Join("\n", replay.Differences));
    }
}
