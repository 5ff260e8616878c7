using System.CommandLine;
using Workflow.Cli.Data;
using Workflow.Cli.Features;
using Workflow.Cli.Lineage;
using Workflow.Cli.Registry;
using Workflow.Cli.Scoring;

namespace Workflow.Cli;

/// <summary>The <c>workflow</c> command: nouns, then verbs.</summary>
internal static class Tool
{
    /// <summary>Runs one invocation.</summary>
    /// <param name="arguments">The words after <c>workflow</c>.</param>
    /// <param name="host">Where to write and where state is.</param>
    /// <param name="cancellationToken">Cancels the work, which then leaves nothing half-written.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, CommandHost host, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("Versioned data, features, the model registry, lineage and batch scoring.")
        {
            DataCommands.Create(host),
            FeatureCommands.Create(host),
            ModelCommands.Create(host),
            LineageCommands.Create(host),
            ScoreCommand.Create(host),
        };

        // A name that begins with @ is a name, not a file of arguments.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await host.Error.WriteLineAsync($"error: {error.Message}");
            }

            await host.Error.WriteLineAsync($"Run 'workflow {string.Join(' ', CommandPath(parsed))} --help' to see what it takes.".Replace("workflow  ", "workflow ", StringComparison.Ordinal));
            return ExitCode.BadInput;
        }

        try
        {
            // The library's own handling of signals would begin after the first piece of work, and give up on a clean end after two seconds.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellationToken);
        }
        catch (Exception e) when (CommandError.Explain(e) is { } explained)
        {
            host.Progress?.Clear();
            await host.Error.WriteLineAsync($"error: {explained.Message}");
            return explained.ExitCode;
        }
    }

    private static Stack<string> CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            names.Push(result.Command.Name);
        }

        return names;
    }
}
