using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data update</c>.</summary>
internal static class UpdateCommand
{
    public static Command Create(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Imported data, or its .dvc files.", Arity = ArgumentArity.OneOrMore };
        var revision = new Option<string?>("--rev") { Description = "A branch, tag or commit to follow from now on." };
        var recursive = new Option<bool>("--recursive", "-R") { Description = "Folders among the targets stand for all imports below them." };
        var noDownload = new Option<bool>("--no-download") { Description = "Record the state of the source, fetch no content." };
        var toRemote = new Option<bool>("--to-remote") { Description = "Bring the content straight to a remote, not here." };
        var remote = new Option<string?>("--remote", "-r") { Description = "With --to-remote: which one; the default one where none is named." };
        var force = new Option<bool>("--force", "-f") { Description = "Give up files whose content is not in the cache." };
        var jobs = new Option<int?>("--jobs", "-j") { Description = "How many files at once." };
        var json = DataOption.Json();
        var command = new Command("update", "Brings imports up to date with what they follow.") { targets, revision, recursive, noDownload, toRemote, remote, force, jobs, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var options = new DataUpdateOptions
            {
                Revision = parsed.GetValue(revision),
                Recursive = parsed.GetValue(recursive),
                NoDownload = parsed.GetValue(noDownload),
                ToRemote = parsed.GetValue(toRemote),
                Remote = parsed.GetValue(remote),
                Force = parsed.GetValue(force),
                Jobs = parsed.GetValue(jobs),
                WorkingDirectory = host.CurrentFolder,
            };
            var result = await repository.UpdateAsync(parsed.GetRequiredValue(targets), options, TransferCommands.Progress(host, "update"), cancellationToken);
            host.Progress?.Clear();
            if (parsed.GetValue(json))
            {
                await host.WriteJsonAsync(new JsonObject
                {
                    ["imports"] = new JsonArray([.. result.Imports.Select(static i => (JsonNode)new JsonObject
                    {
                        ["path"] = i.Path,
                        ["dvc"] = i.MetafilePath,
                        ["changed"] = i.IsChanged,
                        ["commit"] = i.Commit,
                        ["md5"] = i.Md5,
                    })]),
                });
                return ExitCode.Done;
            }

            foreach (var import in result.Imports)
            {
                await host.Output.WriteLineAsync($"{import.MetafilePath}  {import.Md5 ?? "(no content)"}{(import.IsChanged ? "" : "  (no change)")}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
