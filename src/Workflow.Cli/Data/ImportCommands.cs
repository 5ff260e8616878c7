using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data import</c> and <c>workflow data get</c>.</summary>
internal static class ImportCommands
{
    public static Command Import(CommandHost host)
    {
        var (url, path, output, revision, force, jobs, remote, json) = Shared();
        var noExec = new Option<bool>("--no-exec") { Description = "Write the .dvc file only." };
        var noDownload = new Option<bool>("--no-download") { Description = "Record the commit, fetch no content." };
        var command = new Command("import", "Brings data of another repository here, and follows it.") { url, path, output, revision, force, jobs, remote, noExec, noDownload, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var options = new DataImportOptions
            {
                Revision = parsed.GetValue(revision),
                Output = parsed.GetValue(output),
                Force = parsed.GetValue(force),
                NoExec = parsed.GetValue(noExec),
                NoDownload = parsed.GetValue(noDownload),
                Jobs = parsed.GetValue(jobs),
                Remote = parsed.GetValue(remote),
                WorkingDirectory = host.CurrentFolder,
            };
            var imported = await repository.ImportAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(path), options, TransferCommands.Progress(host, "import"), cancellationToken);
            host.Progress?.Clear();
            await (parsed.GetValue(json)
                ? host.WriteJsonAsync(new JsonObject { ["path"] = imported.Path, ["dvc"] = imported.MetafilePath, ["commit"] = imported.Commit, ["md5"] = imported.Md5 })
                : host.Output.WriteLineAsync($"{imported.MetafilePath}  {imported.Md5 ?? "(no content)"}"));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Get(CommandHost host)
    {
        var (url, path, output, revision, force, jobs, remote, json) = Shared();
        var showUrl = new Option<bool>("--show-url") { Description = "Tell where its remote keeps it, and take nothing." };
        var command = new Command("get", "Takes data of a repository without following it.") { url, path, output, revision, force, jobs, remote, showUrl, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DataGetOptions
            {
                Revision = parsed.GetValue(revision),
                Output = parsed.GetValue(output),
                Force = parsed.GetValue(force),
                Jobs = parsed.GetValue(jobs),
                Remote = parsed.GetValue(remote),
                WorkingDirectory = host.CurrentFolder,
                Providers = DataRemoteProviders.All,
            };
            if (parsed.GetValue(showUrl))
            {
                var kept = await DataRepository.GetUrlAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(path), options, cancellationToken);
                await (parsed.GetValue(json) ? host.WriteJsonAsync(new JsonObject { ["url"] = kept }) : host.Output.WriteLineAsync(kept));
                return ExitCode.Done;
            }

            var made = await DataRepository.GetAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(path), options, TransferCommands.Progress(host, "get"), cancellationToken);
            host.Progress?.Clear();
            await (parsed.GetValue(json) ? host.WriteJsonAsync(new JsonObject { ["path"] = made }) : host.Output.WriteLineAsync(made));
            return ExitCode.Done;
        });
        return command;
    }

    private static (Argument<string> Url, Argument<string> Path, Option<string?> Output, Option<string?> Revision, Option<bool> Force, Option<int?> Jobs, Option<string?> Remote, Option<bool> Json) Shared() =>
        (
            new Argument<string>("url") { Description = "The other repository: an address of git or a path." },
            new Argument<string>("path") { Description = "The path in it." },
            new Option<string?>("--out", "-o") { Description = "Where it goes." },
            new Option<string?>("--rev") { Description = "A branch, tag or commit there." },
            new Option<bool>("--force", "-f") { Description = "Replace what is there." },
            new Option<int?>("--jobs", "-j") { Description = "How many objects at once." },
            new Option<string?>("--remote") { Description = "The remote there that has the data; its default one where none is named." },
            DataOption.Json());
}
