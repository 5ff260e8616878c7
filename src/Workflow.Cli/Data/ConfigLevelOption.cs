using System.CommandLine;
using System.CommandLine.Parsing;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>--project</c>, <c>--local</c>, <c>--global</c>, <c>--system</c>: the settings file that a command means.</summary>
internal sealed class ConfigLevelOption
{
    private readonly IReadOnlyList<(DataConfigLevel Level, Option<bool> Option)> _options =
    [
        (DataConfigLevel.Repository, new Option<bool>("--project") { Description = "The file .dvc/config." }),
        (DataConfigLevel.Local, new Option<bool>("--local") { Description = "The file .dvc/config.local, which git ignores." }),
        (DataConfigLevel.Global, new Option<bool>("--global") { Description = "The user's own file." }),
        (DataConfigLevel.System, new Option<bool>("--system") { Description = "The machine's file." }),
    ];

    public Command AddTo(Command command)
    {
        foreach (var (_, option) in _options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Check);
        return command;
    }

    /// <summary>Gets the level that was named; null for none.</summary>
    public DataConfigLevel? Of(ParseResult parsed)
    {
        foreach (var (level, option) in _options)
        {
            if (parsed.GetValue(option))
            {
                return level;
            }
        }

        return null;
    }

    private void Check(CommandResult result)
    {
        if (_options.Count(o => result.GetValue(o.Option)) > 1)
        {
            result.AddError("Only one of --project, --local, --global and --system can be named.");
        }
    }
}
