using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data export</c>: a chunk store as a plain remote of DVC. Not in DVC.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandHost host)
    {
        var remote = new Argument<string>("remote") { Description = "The remote, which workflow.json names as a chunk store (Workflow:Data:Chunking)." };
        var destination = new Argument<string>("destination") { Description = "Another remote's name, or a folder." };
        var json = DataOption.Json();
        var command = new Command("export", "Writes all that a chunk store holds as a plain remote of DVC, verified; what is there already is left out.") { remote, destination, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var options = new DataExportOptions { Remote = parsed.GetValue(remote), WorkingDirectory = host.CurrentFolder };
            var result = await repository.ExportAsync(parsed.GetValue(destination)!, options, TransferCommands.Progress(host, "export"), cancellationToken);
            host.Progress?.Clear();
            await (parsed.GetValue(json)
                ? host.WriteJsonAsync(new JsonObject { ["objects"] = result.Objects, ["bytes"] = result.Bytes })
                : host.Output.WriteLineAsync(TransferCommands.Count(result.Objects, "exported")));
            return ExitCode.Done;
        });
        return command;
    }
}
