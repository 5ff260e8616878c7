using System.CommandLine;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Only these; all where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var granular = new Option<bool>("--granular") { Description = "Name the files inside folders." };
        var unchanged = new Option<bool>("--unchanged") { Description = "Also name what has not changed." };
        var untracked = new Option<string>("--untracked-files") { Description = "'all' names files that neither git nor DVC tracks.", DefaultValueFactory = _ => "no", Arity = ArgumentArity.ZeroOrOne };
        untracked.AcceptOnlyFromAmong("no", "all");
        var stages = new Option<bool>("--stages") { Description = "Compare stages and .dvc files with the workspace ('dvc status') instead." };
        var noUpdates = new Option<bool>("--no-updates") { Description = "With --stages: do not ask the repositories that data was imported from." };
        var notInRemote = new Option<bool>("--not-in-remote") { Description = "Name what the remote does not have." };
        var noRefresh = new Option<bool>("--no-remote-refresh") { Description = "Taken for DVC's sake: remotes are always asked." };
        var cloud = new CloudStatus(host, targets);
        var json = DataOption.Json();
        var command = new Command("status", "Compares the workspace, the cache and the last commit ('dvc data status'), or with --cloud the cache and a remote.")
        {
            targets, granular, unchanged, untracked, notInRemote, noRefresh, stages, noUpdates, json,
        };
        cloud.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (cloud.IsAskedFor(parsed))
            {
                return await cloud.RunAsync(parsed, parsed.GetValue(json), cancellationToken);
            }

            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            if (parsed.GetValue(stages))
            {
                var options = new DataStageStatusOptions
                {
                    Targets = parsed.GetValue(targets) ?? [],
                    Recursive = parsed.GetValue(cloud.Recursive),
                    WithDependencies = parsed.GetValue(cloud.WithDependencies),
                    CheckUpdates = !parsed.GetValue(noUpdates),
                    WorkingDirectory = host.CurrentFolder,
                };
                return await ShowStagesAsync(host, parsed, await repository.StageStatusAsync(options, cancellationToken), parsed.GetValue(json));
            }

            var status = await repository.StatusAsync(
                new DataStatusOptions
                {
                    Granular = parsed.GetValue(granular),
                    Unchanged = parsed.GetValue(unchanged),
                    NotInRemote = parsed.GetValue(notInRemote),
                    UntrackedFiles = parsed.GetResult(untracked) is { Implicit: false } given && given.Tokens.Count == 0 || parsed.GetValue(untracked) == "all",
                    Targets = parsed.GetValue(targets) ?? [],
                    WorkingDirectory = host.CurrentFolder,
                },
                cancellationToken);
            await (parsed.GetValue(json) ? host.Output.WriteLineAsync(status.ToJson()) : host.Output.WriteAsync(StatusText.Of(status)));
            return ExitCode.Done;
        });
        return command;
    }

    // As DVC: asked to be quiet, the exit code is the answer.
    private static async Task<int> ShowStagesAsync(CommandHost host, ParseResult parsed, DataStageStatusResult status, bool asJson)
    {
        foreach (var address in status.Frozen)
        {
            await DataOption.NoteAsync(host, parsed, $"'{address}' is frozen: its dependencies were not compared");
        }

        if (asJson)
        {
            await host.Output.WriteLineAsync(status.ToJson());
            return ExitCode.Done;
        }

        if (DataOption.IsQuiet(parsed))
        {
            return status.IsClean ? ExitCode.Done : ExitCode.CheckSaidNo;
        }

        await host.Output.WriteAsync(StageStatusText.Of(status));
        return ExitCode.Done;
    }
}
