using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data init</c>.</summary>
internal static class InitCommand
{
    public static Command Create(CommandHost host)
    {
        var noScm = new Option<bool>("--no-scm") { Description = "Without git." };
        var subdir = new Option<bool>("--subdir") { Description = "Below the root of a git repository." };
        var force = new Option<bool>("--force", "-f") { Description = "Replace an existing .dvc folder, its cache included." };
        var json = DataOption.Json();
        var command = new Command("init", "Makes the current folder a DVC repository.") { noScm, subdir, force, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DataInitOptions { NoScm = parsed.GetValue(noScm), Subdir = parsed.GetValue(subdir), Force = parsed.GetValue(force) };
            var repository = await DataRepository.InitAsync(host.CurrentFolder, options, cancellationToken: cancellationToken);
            if (parsed.GetValue(json))
            {
                await host.WriteJsonAsync(new JsonObject { ["root"] = repository.Root });
            }
            else
            {
                await DataOption.NoteAsync(host, parsed, $"initialized a DVC repository in '{repository.Root}'");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
