using System.CommandLine;

namespace Workflow.Cli.Features;

/// <summary><c>workflow features</c>: definitions of features, and features for label rows.</summary>
internal static class FeatureCommands
{
    public static Command Create(CommandHost host) => new("features", "Feature definitions, and features as they could be known at each row's time.")
    {
        DefinitionCommands.Apply(host),
        DefinitionCommands.List(host),
        DefinitionCommands.Show(host),
        DefinitionCommands.Search(host),
        JoinCommand.Create(host),
        MaterializeCommand.Create(host),
        GetCommand.Create(host),
        LeaksCommand.Create(host),
        VerifyCommand.Create(host),
    };
}
