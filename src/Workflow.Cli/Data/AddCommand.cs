using System.CommandLine;
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
        var output = new Option<string?>("--out", "-o") { Description = "Copy the target, which may lie outside, to this path and add the copy." };
        var toRemote = new Option<bool>("--to-remote") { Description = "Bring the content of the one target straight to a remote, not into the cache." };
        var remote = new Option<string?>("--remote", "-r") { Description = "With --to-remote: which one; the default one where none is named." };
        var remoteJobs = new Option<int?>("--remote-jobs") { Description = "With --to-remote: how many files at once." };
        var force = new Option<bool>("--force", "-f") { Description = "With --to-remote and --out: also where something is already." };
        var json = DataOption.Json();
        var command = new Command("add", "Puts files and folders under version control.") { targets, noCommit, glob, noRelink, output, toRemote, remote, remoteJobs, force, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var options = new DataAddOptions
            {
                NoCommit = parsed.GetValue(noCommit),
                Glob = parsed.GetValue(glob),
                Relink = !parsed.GetValue(noRelink),
                Output = parsed.GetValue(output),
                ToRemote = parsed.GetValue(toRemote),
                Remote = parsed.GetValue(remote),
                RemoteJobs = parsed.GetValue(remoteJobs),
                Force = parsed.GetValue(force),
                WorkingDirectory = host.CurrentFolder,
            };
            await AddedText.WriteAsync(host, parsed, await repository.AddAsync(parsed.GetRequiredValue(targets), options, cancellationToken), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }
}
