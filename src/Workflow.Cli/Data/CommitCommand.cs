using System.CommandLine;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data commit</c>.</summary>
internal static class CommitCommand
{
    public static Command Create(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Tracked files and folders, .dvc files, stages; all where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "Record what changed." };
        var allowMissing = new Option<bool>("--allow-missing") { Description = "Leave out what is not in the workspace." };
        var recursive = new Option<bool>("--recursive", "-R") { Description = "A folder stands for all that is tracked in it." };
        var withDeps = new Option<bool>("--with-deps", "-d") { Description = "Also what the targets' stages are made from." };
        var noRelink = new Option<bool>("--no-relink") { Description = "Leave the files in the workspace as they are." };
        var json = DataOption.Json();
        var command = new Command("commit", "Puts what the workspace holds of tracked data into the cache.") { targets, force, allowMissing, recursive, withDeps, noRelink, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var options = new DataCommitOptions
            {
                Targets = parsed.GetValue(targets) ?? [],
                Force = parsed.GetValue(force),
                AllowMissing = parsed.GetValue(allowMissing),
                Recursive = parsed.GetValue(recursive),
                WithDependencies = parsed.GetValue(withDeps),
                Relink = !parsed.GetValue(noRelink),
                WorkingDirectory = host.CurrentFolder,
            };
            await AddedText.WriteAsync(host, parsed, await repository.CommitAsync(options, cancellationToken), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }
}
