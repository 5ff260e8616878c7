using System.CommandLine;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary>The options that fetch, pull, push and <c>status --cloud</c> have in common, and what they mean.</summary>
internal sealed class TransferOption(CommandHost host)
{
    public Argument<string[]> Targets { get; } = new("targets") { Description = "Outputs, parts of them, or .dvc files; all where none is named.", Arity = ArgumentArity.ZeroOrMore };

    public Option<string?> Remote { get; } = new("--remote", "-r") { Description = "The remote; the default one where none is named." };

    public Option<int?> Jobs { get; } = new("--jobs", "-j") { Description = "How many objects at once." };

    public Option<bool> AllBranches { get; } = new("--all-branches", "-a") { Description = "Also what all branches track." };

    public Option<bool> AllTags { get; } = new("--all-tags", "-T") { Description = "Also what all tags track." };

    public Option<bool> AllCommits { get; } = new("--all-commits", "-A") { Description = "Also what all commits track." };

    public Option<bool> Recursive { get; } = new("--recursive", "-R") { Description = "Folders among the targets stand for all that is tracked below them." };

    public Option<bool> WithDependencies { get; } = new("--with-deps", "-d") { Description = "Also the stages that make what the targets read." };

    public Option<bool> RunCache { get; } = new("--run-cache") { Description = "Also the records of runs." };

    /// <summary>Adds them to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(Targets);
        foreach (var option in new Option[] { Remote, Jobs, AllBranches, AllTags, AllCommits, Recursive, WithDependencies, RunCache })
        {
            command.Add(option);
        }

        return command;
    }

    public DataTransferOptions Read(ParseResult parsed) => new()
    {
        Targets = parsed.GetResult(Targets) is null ? [] : parsed.GetValue(Targets) ?? [],
        WorkingDirectory = host.CurrentFolder,
        Remote = parsed.GetValue(Remote),
        Jobs = parsed.GetValue(Jobs),
        AllBranches = parsed.GetValue(AllBranches),
        AllTags = parsed.GetValue(AllTags),
        AllCommits = parsed.GetValue(AllCommits),
        Recursive = parsed.GetValue(Recursive),
        WithDependencies = parsed.GetValue(WithDependencies),
        RunCache = parsed.GetResult(RunCache) is not null && parsed.GetValue(RunCache),
    };
}
