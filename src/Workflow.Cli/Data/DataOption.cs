using System.CommandLine;

namespace Workflow.Cli.Data;

/// <summary>The options that several verbs of <c>workflow data</c> have.</summary>
internal static class DataOption
{
    private const string QuietName = "--quiet";

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document and nothing else." };

    /// <summary><c>--quiet</c>, which every verb takes.</summary>
    public static Option<bool> Quiet() => new(QuietName, "-q") { Description = "Say nothing but errors and the answer itself.", Recursive = true };

    /// <summary>Whether only errors and exit codes are wanted.</summary>
    public static bool IsQuiet(ParseResult parsed) => parsed.GetValue<bool>(QuietName);

    /// <summary>Tells the person at the shell something that is not the answer, unless asked to be quiet.</summary>
    public static Task NoteAsync(CommandHost host, ParseResult parsed, string note) => IsQuiet(parsed) ? Task.CompletedTask : host.Error.WriteLineAsync(note);
}
