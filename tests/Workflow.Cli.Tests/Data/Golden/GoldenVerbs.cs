namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>How a command of DVC is said to the tool, and what is not replayed.</summary>
internal static class GoldenVerbs
{
    // In scope, and built.
    private static readonly HashSet<string> Verbs = new(StringComparer.Ordinal)
    {
        "init",
        "add",
        "data status",
        "checkout",
        "commit",
        "move",
        "remove",
        "unprotect",
        "fetch",
        "pull",
        "import",
        "import-url",
        "update",
        "get",
        "push",
        "status -c",
        "remote add",
        "remote list",
        "remote default",
        "remote modify",
        "remote remove",
        "remote rename",
        "status",
        "diff",
        "gc",
    };

    /// <summary>Gives the tool's arguments; null for a command that is out of scope.</summary>
    public static string[]? ToolArguments(string[] dvc) => dvc switch
    {
        ["data", "status", .. var rest] when Verbs.Contains("data status") => ["data", "status", .. rest],
        ["status", .. var rest] when rest.Any(static a => a is "-c" or "--cloud") => Verbs.Contains("status -c") ? ["data", "status", .. rest] : null,
        ["status", .. var rest] when Verbs.Contains("status") => ["data", "status", "--stages", .. rest],
        ["remote", var verb, .. var rest] when Verbs.Contains($"remote {verb}") => ["data", "remote", verb, .. rest],
        [var verb, .. var rest] when Verbs.Contains(verb) => ["data", verb, .. rest],
        _ => null,
    };
}
