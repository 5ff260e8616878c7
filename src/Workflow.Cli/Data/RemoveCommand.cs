using System.CommandLine;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data remove</c>.</summary>
internal static class RemoveCommand
{
    public static Command Create(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = ".dvc files; stages by name, or as path/dvc.yaml:name.", Arity = ArgumentArity.OneOrMore };
        var outs = new Option<bool>("--outs") { Description = "Delete the data in the workspace, too." };
        var command = new Command("remove", "Ends the tracking of data.") { targets, outs };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var options = new DataRemoveOptions { DeleteOutputs = parsed.GetValue(outs), WorkingDirectory = host.CurrentFolder };
            var removed = await repository.RemoveAsync(parsed.GetRequiredValue(targets), options, cancellationToken);
            await GitNote.WriteAsync(host, parsed, removed.FilesForGit, removed.IsStaged);
            return ExitCode.Done;
        });
        return command;
    }
}
