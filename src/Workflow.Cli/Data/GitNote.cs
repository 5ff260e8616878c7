using System.CommandLine;

namespace Workflow.Cli.Data;

/// <summary>Tells which files git should hear of.</summary>
internal static class GitNote
{
    public static Task WriteAsync(CommandHost host, ParseResult parsed, IReadOnlyCollection<string> files, bool isStaged) => isStaged || files.Count == 0
        ? Task.CompletedTask
        : DataOption.NoteAsync(host, parsed, $"to track the changes with git, run: git add {string.Join(' ', files)}");
}
