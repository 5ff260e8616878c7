using System.Text.RegularExpressions;
using Workflow.Data.Versioning;
using Workflow.Repository;

namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>Stages read from the golden repositories: their lock files are written back, and their runs found, as DVC did.</summary>
public sealed class GoldenStagesTests
{
    public static TheoryData<string> Scenarios => ["pipeline-basic", "pipeline-edit", "pipeline-templating", "run-cache", "subdirs", "autostage"];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_lock_file_with_other_records_is_restored_byte_for_byte(string id)
    {
        var written = 0;
        foreach (var (folder, repository) in await StatesAsync(id))
        {
            var stages = (await repository.ReadStagesAsync()).Where(static s => s.IsRecorded && !s.IsCommandChanged).ToList();
            foreach (var path in stages.Select(static s => s.FilePath.Replace("dvc.yaml", "dvc.lock", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal))
            {
                var file = Path.Combine(repository.Root, path);
                var expected = await File.ReadAllTextAsync(file);
                if (expected.Contains('#', StringComparison.Ordinal) || stages.Any(static s => s.Dependencies.Any(static d => d.Recorded is null) || s.Outputs.Any(static o => o.Recorded is null) || s.Parameters.Any(static p => p.Recorded is null)))
                {
                    continue;
                }

                await File.WriteAllTextAsync(file, Regex.Replace(expected, "md5: '?[0-9a-f]{32}'?", "md5: ffffffffffffffffffffffffffffffff"));
                await repository.RecordStagesAsync(stages);
                Assert.Equal(Only(expected, stages.Select(static s => s.Name)), Only(await File.ReadAllTextAsync(file), stages.Select(static s => s.Name)));
                written++;
            }

            folder.Dispose();
        }

        Assert.True(written > 0, $"{id} has no state with a lock file");
    }

    [Fact]
    public async Task The_entries_of_the_run_cache_are_found_under_their_keys()
    {
        var found = 0;
        foreach (var (folder, repository) in await StatesAsync("run-cache"))
        {
            foreach (var stage in (await repository.ReadStagesAsync()).Where(static s => s.IsRecorded && !s.IsCommandChanged))
            {
                if (await repository.FindCachedRunAsync(stage) is { } run)
                {
                    Assert.True(File.Exists(Path.Combine(repository.Root, ".dvc", "cache", "runs", run.Key[..2], run.Key, run.Value)));
                    Assert.Equal(stage.Outputs.Length, run.Outputs.Length);
                    found++;
                }
            }

            folder.Dispose();
        }

        Assert.True(found > 3, $"{found} runs");
    }

    // The entries of the stages that were written; those of others keep what was put there.
    private static string Only(string text, IEnumerable<string> names) =>
        string.Concat(Regex.Matches(text, @"^  (?<name>\S[^\n]*):\n(?:    [^\n]*\n)+", RegexOptions.Multiline).Where(m => names.Contains(m.Groups["name"].Value.Trim('\''))).Select(static m => m.Value));

    private static async Task<List<(ToolFolder Folder, DataRepository Repository)>> StatesAsync(string id)
    {
        var json = SharedFolder.Require($"golden/dvc/repos/{id}.json.gz");
        var scenario = GoldenScenario.Load(json, json.Replace(".json.gz", ".tar.gz", StringComparison.Ordinal), caseId: null);
        var states = new List<(ToolFolder, DataRepository)>();
        foreach (var state in scenario.Json.GetProperty("states").EnumerateArray())
        {
            if (!state.GetProperty("entries").EnumerateArray().Any(static e => e.GetProperty("path").GetString()!.EndsWith("dvc.lock", StringComparison.Ordinal)))
            {
                continue;
            }

            var folder = new ToolFolder();
            scenario.Materialize(state.GetProperty("n").GetInt32(), folder.Path);
            try
            {
                states.Add((folder, await DataRepository.OpenAsync(Path.Combine(folder.Path, "repo"))));
            }
            catch (DvcException)
            {
                folder.Dispose();
            }
        }

        return states;
    }
}
