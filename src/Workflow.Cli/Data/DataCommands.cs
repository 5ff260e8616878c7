using System.CommandLine;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data</c>: versions of data, in DVC's files and under DVC's option names.</summary>
internal static class DataCommands
{
    public static Command Create(CommandHost host) => new("data", "Versioned data, in DVC's own format.")
    {
        DataOption.Quiet(),
        InitCommand.Create(host),
        AddCommand.Create(host),
        StatusCommand.Create(host),
        CheckoutCommand.Create(host),
        CommitCommand.Create(host),
        MoveCommand.Create(host),
        RemoveCommand.Create(host),
        UnprotectCommand.Create(host),
        RemoteCommands.Create(host),
        DiffCommand.Create(host),
        GcCommand.Create(host),
        ScrubCommand.Create(host),
        TransferCommands.Fetch(host),
        PullCommand.Create(host),
        ImportCommands.Import(host),
        ImportUrlCommand.Create(host),
        UpdateCommand.Create(host),
        ImportCommands.Get(host),
        TransferCommands.Push(host),
        ExportCommand.Create(host),
    };
}
