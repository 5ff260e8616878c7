using System.CommandLine;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data diff</c>.</summary>
internal static class DiffCommand
{
    public static Command Create(CommandHost host)
    {
        var old = new Argument<string>("a_rev") { Description = "The older git revision.", DefaultValueFactory = _ => "HEAD", Arity = ArgumentArity.ZeroOrOne };
        var current = new Argument<string?>("b_rev") { Description = "The newer git revision; the workspace where none is named.", Arity = ArgumentArity.ZeroOrOne };
        var targets = new Option<string[]>("--targets") { Description = "Only these files and folders.", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.ZeroOrMore };
        var showHash = new Option<bool>("--show-hash") { Description = "Show the ids of contents." };
        var markdown = new Option<bool>("--md") { Description = "Print a Markdown table." };
        var hideMissing = new Option<bool>("--hide-missing") { Description = "Leave out what is not in the cache." };
        var json = DataOption.Json();
        var command = new Command("diff", "Compares the data of two git revisions, or of one and the workspace.") { old, current, targets, json, showHash, markdown, hideMissing };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var options = new DataDiffOptions
            {
                OldRevision = parsed.GetValue(old)!,
                NewRevision = parsed.GetValue(current),
                Targets = parsed.GetValue(targets) ?? [],
                WorkingDirectory = host.CurrentFolder,
            };
            var diff = await repository.DiffAsync(options, cancellationToken);
            var hides = parsed.GetValue(hideMissing) || options.NewRevision is not null;
            if (parsed.GetValue(json))
            {
                await host.Output.WriteLineAsync(diff.ToJson(parsed.GetValue(showHash), hides));
            }
            else if (parsed.GetValue(markdown))
            {
                await host.Output.WriteAsync(DiffText.Markdown(diff, parsed.GetValue(showHash), hides));
            }
            else
            {
                await host.Output.WriteAsync(DiffText.Lists(diff, parsed.GetValue(showHash), hides));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
