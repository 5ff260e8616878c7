using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data checkout</c>.</summary>
internal static class CheckoutCommand
{
    public static Command Create(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Tracked files and folders, .dvc files, stages; all where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var summary = new Option<bool>("--summary") { Description = "Count the changes instead of naming them." };
        var withDeps = new Option<bool>("--with-deps", "-d") { Description = "Also what the targets' stages are made from." };
        var recursive = new Option<bool>("--recursive", "-R") { Description = "A folder stands for all that is tracked in it." };
        var force = new Option<bool>("--force", "-f") { Description = "Give up files whose content is not in the cache." };
        var relink = new Option<bool>("--relink") { Description = "Make unchanged files anew as the configured type of link." };
        var allowMissing = new Option<bool>("--allow-missing") { Description = "No error where the cache lacks content." };
        var json = DataOption.Json();
        var command = new Command("checkout", "Makes the workspace hold what is recorded.") { targets, summary, withDeps, recursive, force, relink, allowMissing, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var options = new DataCheckoutOptions
            {
                Targets = parsed.GetValue(targets) ?? [],
                WithDependencies = parsed.GetValue(withDeps),
                Recursive = parsed.GetValue(recursive),
                Force = parsed.GetValue(force),
                Relink = parsed.GetValue(relink),
                AllowMissing = true,
                WorkingDirectory = host.CurrentFolder,
            };
            var result = await repository.CheckoutAsync(options, cancellationToken);
            await (parsed.GetValue(json) ? host.WriteJsonAsync(ToJson(result)) : host.Output.WriteAsync(parsed.GetValue(summary) ? Summary(result) : Names(result)));
            if (result.Missing.IsEmpty || parsed.GetValue(allowMissing))
            {
                return ExitCode.Done;
            }

            foreach (var missing in result.Missing)
            {
                await host.Error.WriteLineAsync($"error: {missing}");
            }

            return ExitCode.BadInput;
        });
        return command;
    }

    private static string Names(DataCheckoutResult result) =>
        string.Concat(result.Modified.Select(static p => $"M\t{p}\n").Concat(result.Added.Select(static p => $"A\t{p}\n")));

    // "1 file modified, 2 files added and 4 files deleted"
    private static string Summary(DataCheckoutResult result)
    {
        var parts = new List<string>();
        foreach (var (count, what) in new[] { (result.FilesModified, "modified"), (result.FilesAdded, "added"), (result.FilesDeleted, "deleted") })
        {
            if (count > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} file{(count == 1 ? "" : "s")} {what}"));
            }
        }

        return parts.Count == 0 ? "No changes.\n"
            : parts.Count == 1 ? parts[0] + "\n"
            : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}\n";
    }

    private static JsonObject ToJson(DataCheckoutResult result) => new()
    {
        ["added"] = new JsonArray([.. result.Added.Select(static p => (JsonNode)p)]),
        ["modified"] = new JsonArray([.. result.Modified.Select(static p => (JsonNode)p)]),
        ["filesAdded"] = result.FilesAdded,
        ["filesModified"] = result.FilesModified,
        ["filesDeleted"] = result.FilesDeleted,
        ["missing"] = new JsonArray([.. result.Missing.Select(static m => (JsonNode)new JsonObject { ["path"] = m.Path, ["objects"] = new JsonArray([.. m.Objects.Select(static o => (JsonNode)o)]) })]),
    };
}
