using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data add</c>.</summary>
internal static class AddCommand
{
    public static Command Create(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Files and folders.", Arity = ArgumentArity.OneOrMore };
        var noCommit = new Option<bool>("--no-commit") { Description = "Write the .dvc file, put nothing into the cache." };
        var glob = new Option<bool>("--glob") { Description = "Targets are shell patterns." };
        var noRelink = new Option<bool>("--no-relink") { Description = "Leave the files in the workspace as they are." };
        var json = DataOption.Json();
        var command = new Command("add", "Puts files and folders under version control.") { targets, noCommit, glob, noRelink, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var options = new DataAddOptions
            {
                NoCommit = parsed.GetValue(noCommit),
                Glob = parsed.GetValue(glob),
                Relink = !parsed.GetValue(noRelink),
                WorkingDirectory = host.CurrentFolder,
            };
            var added = await repository.AddAsync(parsed.GetRequiredValue(targets), options, cancellationToken);
            if (parsed.GetValue(json))
            {
                await host.WriteJsonAsync(new JsonObject
                {
                    ["outputs"] = new JsonArray([.. added.Outputs.Select(o => (JsonNode)new JsonObject
                    {
                        ["path"] = o.Path,
                        ["dvc"] = o.MetafilePath,
                        ["md5"] = o.Md5,
                        ["size"] = o.Size,
                        ["nfiles"] = o.FileCount,
                        ["changed"] = o.IsChanged,
                    })]),
                    ["newObjects"] = added.NewObjects,
                    ["newBytes"] = added.NewBytes,
                });
                return ExitCode.Done;
            }

            foreach (var output in added.Outputs)
            {
                await host.Output.WriteLineAsync($"{output.MetafilePath}  {output.Md5}");
            }

            if (!added.IsStaged && !added.FilesForGit.IsEmpty)
            {
                await DataOption.NoteAsync(host, parsed, string.Create(CultureInfo.InvariantCulture, $"to track the changes with git, run: git add {string.Join(' ', added.FilesForGit)}"));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
