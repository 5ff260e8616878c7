using System.Globalization;
using System.Text.Json;

namespace Workflow.Data.Versioning;

/// <summary>Runs the steps of a golden scenario that are within reach, each from its archived state, and tells what differs.</summary>
internal sealed class GoldenReplay(GoldenScenario scenario)
{
    public List<string> Differences { get; } = [];

    public List<string> Skipped { get; } = [];

    public int Replayed { get; private set; }

    public async Task RunAsync(IReadOnlyDictionary<int, string> deviations)
    {
        var replays = new List<(string Name, string[] Arguments, JsonElement Step)>();
        foreach (var step in scenario.Json.GetProperty("steps").EnumerateArray().Where(static s => s.GetProperty("kind").GetString() == "dvc"))
        {
            var number = step.GetProperty("n").GetInt32();
            var arguments = step.GetProperty("args").EnumerateArray().Select(static a => a.GetString()!).ToArray();
            if (arguments is not (["init", ..] or ["add", ..] or ["data", "status", ..]))
            {
                continue;
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{scenario.Id} {number}: {string.Join(' ', arguments)}");
            if (deviations.TryGetValue(number, out var reason) || (reason = Unsupported(arguments)) is not null)
            {
                Skipped.Add($"{name} ({reason})");
                continue;
            }

            replays.Add((name, arguments, step));
        }

        // Each step starts from its own folder, and mostly waits for git.
        Replayed = replays.Count;
        await Parallel.ForEachAsync(replays, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (replay, _) =>
        {
            using var folder = new TemporaryFolder();
            scenario.Materialize(replay.Step.GetProperty("before").GetInt32(), folder.Path);
            var differences = await ReplayAsync(replay.Step, replay.Arguments, folder.Path);
            lock (Differences)
            {
                Differences.AddRange(differences.Select(d => $"{replay.Name}\n  {d}"));
            }
        });
    }

    private static string? Unsupported(string[] arguments) =>
        arguments.FirstOrDefault(static a => a is "-o" or "--to-remote" or "--not-in-remote" or "--no-remote-refresh" or "--bogus") is { } option ? $"{option} is not supported yet"
        : arguments is ["add"] ? "a rule of the command line"
        : null;

    private async Task<List<string>> ReplayAsync(JsonElement step, string[] arguments, string folder)
    {
        var isFresh = step.TryGetProperty("fresh", out var fresh);
        var expectedExit = (isFresh ? fresh : step).GetProperty("exit").GetInt32();
        var working = Path.Combine(folder, step.GetProperty("cwd").GetString()!);
        Exception? failure = null;
        DataStatus? status = null;
        try
        {
            status = await CallAsync(arguments, working);
        }
        catch (Exception exception) when (exception is DvcException or ArgumentException)
        {
            failure = exception;
        }
        catch (Exception exception)
        {
            return [exception.ToString()];
        }

        if (failure is null != (expectedExit == 0))
        {
            return [string.Create(CultureInfo.InvariantCulture, $"expected exit {expectedExit}, got {failure?.Message ?? "success"}")];
        }

        var expected = scenario.State(step.GetProperty("after").GetInt32()).GetProperty("entries").EnumerateArray().ToDictionary(static e => e.GetProperty("path").GetString()!);
        if (isFresh && fresh.TryGetProperty("tree", out var tree))
        {
            foreach (var path in tree.TryGetProperty("remove", out var removed) ? removed.EnumerateArray() : default)
            {
                expected.Remove(path.GetString()!);
            }

            foreach (var entry in tree.TryGetProperty("set", out var set) ? set.EnumerateArray() : default)
            {
                expected[entry.GetProperty("path").GetString()!] = entry;
            }
        }

        var differences = TreeManifest.Differences(folder, scenario.Base, expected.Values);
        if (status is not null && arguments.Contains("--json"))
        {
            var wanted = Canonical((isFresh ? fresh : step).GetProperty("json"));
            var got = Canonical(JsonDocument.Parse(status.ToJson()).RootElement);
            if (wanted != got)
            {
                differences.Add($"expected {wanted}\n  got      {got}");
            }
        }

        return differences;
    }

    private static async Task<DataStatus?> CallAsync(string[] arguments, string working)
    {
        switch (arguments[0])
        {
            case "init":
                await DataRepository.InitAsync(working, new DataInitOptions
                {
                    NoScm = arguments.Contains("--no-scm"),
                    Subdir = arguments.Contains("--subdir"),
                    Force = arguments.Contains("-f"),
                });
                return null;
            case "add":
                var afterDashes = arguments.SkipWhile(static a => a != "--").Skip(1);
                var targets = arguments.Contains("--") ? afterDashes : arguments.Skip(1).Where(static a => !a.StartsWith('-'));
                await (await DataRepository.OpenAsync(working)).AddAsync([.. targets], new DataAddOptions
                {
                    Glob = arguments.Contains("--glob"),
                    NoCommit = arguments.Contains("--no-commit"),
                    Relink = !arguments.Contains("--no-relink"),
                    WorkingDirectory = working,
                });
                return null;
            default:
                return await (await DataRepository.OpenAsync(working)).StatusAsync(new DataStatusOptions
                {
                    Granular = arguments.Contains("--granular"),
                    Unchanged = arguments.Contains("--unchanged"),
                    UntrackedFiles = arguments.Contains("--untracked-files"),
                    Targets = [.. arguments.Skip(2).Where(static a => !a.StartsWith('-'))],
                });
        }
    }

    // The order of lists is not defined by DVC.
    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(", ", element.EnumerateObject().Select(p => $"{p.Name}: {Canonical(p.Value)}").Order(StringComparer.Ordinal)) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", element.EnumerateArray().Select(Canonical).Order(StringComparer.Ordinal)) + "]",
        _ => element.ToString(),
    };
}
