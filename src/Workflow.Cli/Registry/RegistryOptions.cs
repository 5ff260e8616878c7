using System.CommandLine;

namespace Workflow.Cli.Registry;

/// <summary>The options that commands about the registry share.</summary>
internal static class RegistryOptions
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document and nothing else." };

    public static Option<string?> Root { get; } = new("--root") { Description = "The folder of the suite's state. Default: WORKFLOW_ROOT, the nearest workflow.json, ./workflow." };

    public static Option<string> Actor() => new("--actor")
    {
        Description = "Who orders it. Default: the user's name.",
        DefaultValueFactory = _ => Environment.UserName,
    };

    public static Option<string> Reason() => new("--reason", "-m")
    {
        Description = "Why; kept in the audit log.",
        DefaultValueFactory = _ => "by hand",
    };
}
