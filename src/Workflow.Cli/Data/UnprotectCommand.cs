using System.CommandLine;
using System.Globalization;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data unprotect</c>.</summary>
internal static class UnprotectCommand
{
    public static Command Create(CommandHost host)
    {
        var targets = new Argument<string[]>("targets") { Description = "Tracked files and folders.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("unprotect", "Turns links to the cache into files that may be written.") { targets };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken);
            var count = await repository.UnprotectAsync(parsed.GetRequiredValue(targets), host.CurrentFolder, cancellationToken);
            await DataOption.NoteAsync(host, parsed, string.Create(CultureInfo.InvariantCulture, $"{count} links became files"));
            return ExitCode.Done;
        });
        return command;
    }
}
