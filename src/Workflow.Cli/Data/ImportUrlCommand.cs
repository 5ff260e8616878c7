using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data import-url</c>.</summary>
internal static class ImportUrlCommand
{
    public static Command Create(CommandHost host)
    {
        var url = new Argument<string>("url") { Description = "A path, remote://NAME/path, http(s)://, s3:// or azure://." };
        var output = new Argument<string?>("out") { Description = "Where it goes; under its own name where none is given.", Arity = ArgumentArity.ZeroOrOne };
        var toRemote = new Option<bool>("--to-remote") { Description = "Bring the content straight to a remote, not here." };
        var remote = new Option<string?>("--remote", "-r") { Description = "With --to-remote: which one; the default one where none is named." };
        var noExec = new Option<bool>("--no-exec") { Description = "Write the .dvc file only." };
        var noDownload = new Option<bool>("--no-download") { Description = "Record the state of the source, fetch no content." };
        var force = new Option<bool>("--force", "-f") { Description = "Replace what is there." };
        var jobs = new Option<int?>("--jobs", "-j") { Description = "How many files at once." };
        var settings = new Option<string[]>("--fs-config") { Description = "NAME=VALUE settings of the store, written into the .dvc file.", AllowMultipleArgumentsPerToken = true };
        var json = DataOption.Json();
        var command = new Command("import-url", "Brings a file or folder from a path or URL here, and follows it.") { url, output, toRemote, remote, noExec, noDownload, force, jobs, settings, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var options = new DataImportUrlOptions
            {
                Output = parsed.GetValue(output),
                ToRemote = parsed.GetValue(toRemote),
                Remote = parsed.GetValue(remote),
                NoExec = parsed.GetValue(noExec),
                NoDownload = parsed.GetValue(noDownload),
                Force = parsed.GetValue(force),
                Jobs = parsed.GetValue(jobs),
                WorkingDirectory = host.CurrentFolder,
            };
            foreach (var setting in parsed.GetValue(settings) ?? [])
            {
                var equals = setting.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1)
                {
                    await host.Error.WriteLineAsync($"error: '{setting}' is no NAME=VALUE (--fs-config)");
                    return ExitCode.BadInput;
                }

                options.Settings[setting[..equals]] = setting[(equals + 1)..];
            }

            var imported = await repository.ImportUrlAsync(parsed.GetRequiredValue(url), options, TransferCommands.Progress(host, "import"), cancellationToken);
            host.Progress?.Clear();
            await (parsed.GetValue(json)
                ? host.WriteJsonAsync(new JsonObject { ["path"] = imported.Path, ["dvc"] = imported.MetafilePath, ["md5"] = imported.Md5 })
                : host.Output.WriteLineAsync($"{imported.MetafilePath}  {imported.Md5 ?? "(no content)"}"));
            return ExitCode.Done;
        });
        return command;
    }
}
