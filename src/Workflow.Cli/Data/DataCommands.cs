using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data</c>: versions of data, in DVC's files and under DVC's option names.</summary>
internal static class DataCommands
{
    public static Command Create(CommandHost host) => new("data", "Versioned data, in DVC's own format.")
    {
        Init(host),
        Add(host),
        Status(host),
    };

    private static Command Init(CommandHost host)
    {
        var noScm = new Option<bool>("--no-scm") { Description = "Without git." };
        var subdir = new Option<bool>("--subdir") { Description = "Below the root of a git repository." };
        var force = new Option<bool>("--force", "-f") { Description = "Replace an existing .dvc folder, its cache included." };
        var json = Json();
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
                await host.Error.WriteLineAsync($"initialized a DVC repository in '{repository.Root}'");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Add(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Files and folders.", Arity = ArgumentArity.OneOrMore };
        var noCommit = new Option<bool>("--no-commit") { Description = "Write the .dvc file, put nothing into the cache." };
        var glob = new Option<bool>("--glob") { Description = "Targets are shell patterns." };
        var noRelink = new Option<bool>("--no-relink") { Description = "Leave the files in the workspace as they are." };
        var json = Json();
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
                await host.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"to track the changes with git, run: git add {string.Join(' ', added.FilesForGit)}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Status(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Only these; all where none is named.", Arity = ArgumentArity.ZeroOrMore };
        var granular = new Option<bool>("--granular") { Description = "Name the files inside folders." };
        var unchanged = new Option<bool>("--unchanged") { Description = "Also name what has not changed." };
        var untracked = new Option<string>("--untracked-files") { Description = "'all' names files that neither git nor DVC tracks.", DefaultValueFactory = _ => "no", Arity = ArgumentArity.ZeroOrOne };
        untracked.AcceptOnlyFromAmong("no", "all");
        var json = Json();
        var command = new Command("status", "Compares the workspace, the cache and the last commit ('dvc data status').") { targets, granular, unchanged, untracked, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var status = await repository.StatusAsync(
                new DataStatusOptions
                {
                    Granular = parsed.GetValue(granular),
                    Unchanged = parsed.GetValue(unchanged),
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

    private static Option<bool> Json() => new("--json") { Description = "Print one JSON document and nothing else." };
}
