using System.CommandLine;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data move</c>.</summary>
internal static class MoveCommand
{
    public static Command Create(CommandHost host)
    {
        var source = new Argument<string>("src") { Description = "A tracked file or folder." };
        var destination = new Argument<string>("dst") { Description = "Its new path, or a folder." };
        var command = new Command("move", "Moves tracked data with the file that tracks it.") { source, destination };
        command.Aliases.Add("mv");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var moved = await repository.MoveAsync(parsed.GetRequiredValue(source), parsed.GetRequiredValue(destination), new DataMoveOptions { WorkingDirectory = host.CurrentFolder }, cancellationToken);
            await host.Output.WriteLineAsync(moved.MetafilePath);
            await GitNote.WriteAsync(host, parsed, moved.FilesForGit, moved.IsStaged);
            return ExitCode.Done;
        });
        return command;
    }
}
