using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data pull</c>.</summary>
internal static class PullCommand
{
    public static Command Create(CommandHost host)
    {
        var options = new TransferOption(host);
        var force = new Option<bool>("--force", "-f") { Description = "Give up files whose content is not in the cache." };
        var allowMissing = new Option<bool>("--allow-missing") { Description = "No error where content is nowhere." };
        var json = DataOption.Json();
        var command = options.AddTo(new Command("pull", "Fetches, and makes the workspace hold what is recorded.") { force, allowMissing, json });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var pull = new DataPullOptions { Transfer = options.Read(parsed), Force = parsed.GetValue(force), AllowMissing = true };
            var result = await repository.PullAsync(pull, TransferCommands.Progress(host, "pull"), cancellationToken);
            host.Progress?.Clear();
            await TransferCommands.NoteMissingAsync(host, parsed, result.Transfer.Missing);
            await (parsed.GetValue(json) ? host.WriteJsonAsync(ToJson(result)) : host.Output.WriteAsync(Text(result)));
            if (result.Checkout.Missing.IsEmpty || parsed.GetValue(allowMissing))
            {
                return ExitCode.Done;
            }

            foreach (var missing in result.Checkout.Missing)
            {
                await host.Error.WriteLineAsync($"error: {missing}");
            }

            return ExitCode.BadInput;
        });
        return command;
    }

    private static string Text(DataPullResult result) =>
        string.Concat(result.Checkout.Modified.Select(static p => $"M\t{p}\n").Concat(result.Checkout.Added.Select(static p => $"A\t{p}\n")))
        + TransferCommands.Count(result.Transfer.Objects, "fetched")
        + string.Create(CultureInfo.InvariantCulture, $"{(result.Checkout.FilesAdded + result.Checkout.FilesModified > 0 ? $", {result.Checkout.FilesAdded} added and {result.Checkout.FilesModified} modified in the workspace" : "")}\n");

    private static JsonObject ToJson(DataPullResult result) => new()
    {
        ["objects"] = result.Transfer.Objects,
        ["bytes"] = result.Transfer.Bytes,
        ["missing"] = new JsonArray([.. result.Transfer.Missing.Select(static m => (JsonNode)m)]),
        ["added"] = new JsonArray([.. result.Checkout.Added.Select(static p => (JsonNode)p)]),
        ["modified"] = new JsonArray([.. result.Checkout.Modified.Select(static p => (JsonNode)p)]),
    };
}
