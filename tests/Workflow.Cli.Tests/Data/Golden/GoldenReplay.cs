using System.Globalization;
using System.Text.Json;

namespace Workflow.Cli.Tests.Data.Golden;

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
            if (GoldenVerbs.ToolArguments(arguments) is null)
            {
                continue;
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{scenario.Id} {number}: {string.Join(' ', arguments)}");
            if (deviations.TryGetValue(number, out var reason))
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
            using var folder = new ToolFolder();
            scenario.Materialize(replay.Step.GetProperty("before").GetInt32(), folder.Path);
            var differences = await ReplayAsync(replay.Step, replay.Arguments, folder.Path);
            lock (Differences)
            {
                Differences.AddRange(differences.Select(d => $"{replay.Name}\n  {d}"));
            }
        });
    }

    private async Task<List<string>> ReplayAsync(JsonElement step, string[] arguments, string folder)
    {
        var isFresh = step.TryGetProperty("fresh", out var fresh);
        var expectedExit = (isFresh ? fresh : step).GetProperty("exit").GetInt32();
        var working = Path.Combine(folder, step.GetProperty("cwd").GetString()!);
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exit;
        try
        {
            exit = await Tool.RunAsync(GoldenVerbs.ToolArguments(arguments)!, new CommandHost(output, error, working, EnvironmentRoot: null));
        }
        catch (Exception exception)
        {
            return [exception.ToString()];
        }

        // Its 0 is our 0, any other of its codes our 2, or 3 for the environment.
        if (expectedExit == 0 ? exit != ExitCode.Done : exit is not (ExitCode.BadInput or ExitCode.EnvironmentLacks))
        {
            return [string.Create(CultureInfo.InvariantCulture, $"expected what is DVC's {expectedExit}, got {exit}: {error}")];
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
        if (exit == ExitCode.Done && arguments.Contains("--json"))
        {
            var wanted = Canonical((isFresh ? fresh : step).GetProperty("json"));
            var got = Canonical(JsonDocument.Parse(output.ToString()).RootElement).Replace(folder, scenario.Base, StringComparison.Ordinal);
            if (wanted != got)
            {
                differences.Add($"expected {wanted}\n  got      {got}");
            }
        }

        // The text of a diff is for people and for documents, and that of an address for programs: it is DVC's.
        var isText = arguments is ["diff", ..] && !arguments.Contains("--json") || arguments.Contains("--show-url");
        if (exit == ExitCode.Done && isText && output.ToString().Replace(folder, scenario.Base, StringComparison.Ordinal).TrimEnd() != step.GetProperty("stdout").GetString()!.TrimEnd())
        {
            differences.Add($"expected {step.GetProperty("stdout").GetString()}\n  got      {output}");
        }

        return differences;
    }

    // The order of lists is not defined by DVC.
    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(", ", element.EnumerateObject().Select(p => $"{p.Name}: {Canonical(p.Value)}").Order(StringComparer.Ordinal)) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", element.EnumerateArray().Select(Canonical).Order(StringComparer.Ordinal)) + "]",
        _ => element.ToString(),
    };
}
