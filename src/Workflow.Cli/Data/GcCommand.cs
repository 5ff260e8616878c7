using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data gc</c>.</summary>
internal static class GcCommand
{
    public static Command Create(CommandHost host)
    {
        var workspace = new Option<bool>("--workspace", "-w") { Description = "Keep what the workspace uses." };
        var branches = new Option<bool>("--all-branches", "-a") { Description = "Keep what the tips of branches use." };
        var tags = new Option<bool>("--all-tags", "-T") { Description = "Keep what tags use." };
        var commits = new Option<bool>("--all-commits", "-A") { Description = "Keep what any commit uses." };
        var experiments = new Option<bool>("--all-experiments") { Description = "Keep what experiments use." };
        var revisions = new Option<string[]>("--rev") { Description = "Keep what a commit uses.", DefaultValueFactory = static _ => [] };
        var count = new Option<int?>("--num", "-n") { Description = "Keep the last commits from each --rev (and branch, with -a) back." };
        var date = new Option<DateOnly?>("--date") { Description = "Keep what commits of that day (yyyy-mm-dd) and later use.", CustomParser = ParseDay };
        var projects = new Option<string[]>("--projects", "-p") { Description = "Other repositories with the same cache.", DefaultValueFactory = static _ => [], AllowMultipleArgumentsPerToken = true };
        var skipFailed = new Option<bool>("--skip-failed") { Description = "Pass over metafiles of earlier commits that cannot be read." };
        var cloud = new Option<bool>("--cloud", "-c") { Description = "Remove from the remote, too, what is not used. Others may use it: look first with --dry." };
        var notInRemote = new Option<bool>("--not-in-remote") { Description = "Remove from the cache also what is used, but is in the remote." };
        var remote = new Option<string?>("--remote", "-r") { Description = "The remote, with --cloud or --not-in-remote." };
        var jobs = new Option<int?>("--jobs", "-j") { Description = "How many requests at once." };
        var grace = new Option<TimeSpan>("--grace") { Description = "Keep what came into the cache less than this ago, for example 12h or 7d (not in DVC).", CustomParser = ParseDuration };
        var pins = new Option<string[]>("--pin") { Description = "Keep what a revision uses, or an object, as .dvc/pins does (not in DVC).", DefaultValueFactory = static _ => [] };
        var dry = new Option<bool>("--dry") { Description = "Only tell." };
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask." };
        var json = DataOption.Json();
        var command = new Command("gc", "Removes from the cache, and from the remote with --cloud, what is no longer used.")
        {
            workspace, branches, tags, commits, experiments, revisions, count, date, projects, skipFailed, cloud, notInRemote, remote, jobs, grace, pins, dry, force, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var options = new DataGcOptions
            {
                Workspace = parsed.GetValue(workspace),
                AllBranches = parsed.GetValue(branches),
                AllTags = parsed.GetValue(tags),
                AllCommits = parsed.GetValue(commits),
                AllExperiments = parsed.GetValue(experiments),
                Revisions = parsed.GetValue(revisions) ?? [],
                CommitCount = parsed.GetValue(count),
                Since = parsed.GetValue(date),
                Projects = [.. (parsed.GetValue(projects) ?? []).Select(p => Path.GetFullPath(p, host.CurrentFolder))],
                SkipFailed = parsed.GetValue(skipFailed),
                Cloud = parsed.GetValue(cloud),
                NotInRemote = parsed.GetValue(notInRemote),
                Remote = parsed.GetValue(remote),
                Jobs = parsed.GetValue(jobs),
                GracePeriod = parsed.GetValue(grace),
                Pins = parsed.GetValue(pins) ?? [],
                Dry = parsed.GetValue(dry),
            };
            if (!options.Dry && !parsed.GetValue(force) && host.Confirm?.Invoke("This removes everything from the cache that is not used in what you named. Proceed?") != true)
            {
                await host.Error.WriteLineAsync("error: nothing was removed. Look first with --dry; --force proceeds without asking.");
                return ExitCode.BadInput;
            }

            var result = await repository.CollectGarbageAsync(options, cancellationToken);
            await (parsed.GetValue(json) ? host.WriteJsonAsync(Json(result)) : WriteTextAsync(host, parsed, result));
            return ExitCode.Done;
        });
        return command;
    }

    private static JsonObject Json(DataGcResult result) => new()
    {
        ["dry"] = result.IsDry,
        ["removed"] = new JsonArray([.. result.Removed.Select(r => (JsonNode)new JsonObject { ["path"] = r.Path, ["size"] = r.Size, ["remote"] = r.Remote })]),
        ["bytes"] = result.Removed.Sum(static r => r.Size),
        ["keptYoung"] = result.KeptYoung,
        ["missingLists"] = new JsonArray([.. result.MissingLists.Select(m => (JsonNode)m)]),
    };

    private static async Task WriteTextAsync(CommandHost host, ParseResult parsed, DataGcResult result)
    {
        foreach (var missing in result.MissingLists)
        {
            await DataOption.NoteAsync(host, parsed, $"the list of files {missing} is neither in the cache nor in the remote: what only it lists was not kept");
        }

        foreach (var item in result.IsDry ? result.Removed : [])
        {
            await host.Output.WriteLineAsync(item.Remote is null ? $"Removing {item.Path}" : $"Removing {item.Path} from remote '{item.Remote}'");
        }

        foreach (var (isLegacy, name) in new[] { (false, "repo"), (true, "legacy") })
        {
            var removed = result.Removed.Count(r => r.Remote is null && r.IsLegacy == isLegacy);
            await host.Output.WriteLineAsync(removed == 0
                ? $"No unused '{name}' cache to remove."
                : string.Create(CultureInfo.InvariantCulture, $"Removed {removed} objects from {name} cache."));
        }

        foreach (var remote in result.Removed.Where(static r => r.Remote is not null).GroupBy(static r => r.Remote))
        {
            await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Removed {remote.Count()} objects from remote '{remote.Key}'."));
        }

        if (result.KeptYoung > 0)
        {
            await DataOption.NoteAsync(host, parsed, string.Create(CultureInfo.InvariantCulture, $"{result.KeptYoung} unused objects are younger than the grace period and stay"));
        }
    }

    private static DateOnly? ParseDay(ArgumentResult result)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        result.AddError($"--date takes yyyy-mm-dd, got '{result.Tokens[0].Value}'.");
        return null;
    }

    private static TimeSpan ParseDuration(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var unit = text.Length == 0 ? TimeSpan.Zero : text[^1] switch { 's' => TimeSpan.FromSeconds(1), 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), 'd' => TimeSpan.FromDays(1), _ => TimeSpan.Zero };
        if (unit > TimeSpan.Zero && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 36_500)
        {
            return unit * number;
        }

        result.AddError($"--grace takes a number with s, m, h or d, for example 12h, got '{text}'.");
        return default;
    }
}
