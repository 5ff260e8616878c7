using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data scrub</c>.</summary>
internal static class ScrubCommand
{
    public static Command Create(CommandHost host)
    {
        var branches = new Option<bool>("--all-branches", "-a") { Description = "What the tips of branches use must be there, too." };
        var tags = new Option<bool>("--all-tags", "-T") { Description = "What tags use must be there, too." };
        var commits = new Option<bool>("--all-commits", "-A") { Description = "What any commit uses must be there, too." };
        var json = DataOption.Json();
        var command = new Command("scrub", "Reads the whole cache again and names what is damaged or missing. Exit status 1 when something is.") { branches, tags, commits, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var options = new DataScrubOptions { AllBranches = parsed.GetValue(branches), AllTags = parsed.GetValue(tags), AllCommits = parsed.GetValue(commits) };
            var result = await repository.ScrubAsync(options, cancellationToken);
            if (parsed.GetValue(json))
            {
                await host.WriteJsonAsync(Json(result));
            }
            else
            {
                foreach (var fault in result.Faults)
                {
                    await host.Output.WriteLineAsync(Text(fault));
                }

                await host.Output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.ObjectsRead} objects, {result.BytesRead} bytes read: {(result.IsIntact ? "nothing is damaged or missing" : "fetch what is damaged again, or add it from where it is whole, after deleting it from the cache")}."));
            }

            return result.IsIntact ? ExitCode.Done : ExitCode.CheckSaidNo;
        });
        return command;
    }

    private static JsonObject Json(DataScrubResult result) => new()
    {
        ["intact"] = result.IsIntact,
        ["objects"] = result.ObjectsRead,
        ["bytes"] = result.BytesRead,
        ["faults"] = new JsonArray([.. result.Faults.Select(f => (JsonNode)new JsonObject
        {
            ["kind"] = Word(f.Kind),
            ["path"] = f.Path,
            ["expected"] = f.Expected,
            ["actual"] = f.Actual,
            ["referredBy"] = new JsonArray([.. f.ReferredBy.Select(static r => (JsonNode)r)]),
        })]),
    };

    private static string Text(CacheFault fault)
    {
        var what = fault.Kind == CacheFaultKind.WrongContent ? $"expected {fault.Expected}, holds {fault.Actual}" : fault.Expected;
        var who = fault.ReferredBy.IsEmpty ? "" : $" ({string.Join("; ", fault.ReferredBy)})";
        return $"{Word(fault.Kind)}: {fault.Path}{(what is null ? "" : ": " + what)}{who}";
    }

    private static string Word(CacheFaultKind kind) => kind switch
    {
        CacheFaultKind.WrongContent => "wrong-content",
        CacheFaultKind.InvalidList => "invalid-list",
        CacheFaultKind.Missing => "missing",
        CacheFaultKind.Unreadable => "unreadable",
        _ => "litter",
    };
}
