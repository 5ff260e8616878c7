using System.CommandLine;
using System.Text;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data status --cloud</c>: DVC's <c>status -c</c>.</summary>
internal sealed class CloudStatus(CommandHost host, Argument<string[]> targets)
{
    private readonly Option<bool> _cloud = new("--cloud", "-c") { Description = "Compare the cache and a remote instead ('dvc status -c')." };
    private readonly TransferOption _options = new(host);

    /// <summary>Gets <c>--recursive</c>, which the status of stages has, too.</summary>
    public Option<bool> Recursive => _options.Recursive;

    /// <summary>Gets <c>--with-deps</c>, which the status of stages has, too.</summary>
    public Option<bool> WithDependencies => _options.WithDependencies;

    /// <summary>Adds its options to the command, whose targets it shares.</summary>
    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { _cloud, _options.Remote, _options.Jobs, _options.AllBranches, _options.AllTags, _options.AllCommits, _options.Recursive, _options.WithDependencies })
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>Naming a remote asks for it, too, as with DVC.</summary>
    public bool IsAskedFor(ParseResult parsed) => parsed.GetValue(_cloud) || parsed.GetValue(_options.Remote) is not null;

    public async Task<int> RunAsync(ParseResult parsed, bool isJson, CancellationToken cancellationToken)
    {
        var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
        var options = _options.Read(parsed);
        options.Targets = parsed.GetValue(targets) ?? [];
        var status = await repository.CloudStatusAsync(options, cancellationToken);
        await TransferCommands.NoteMissingAsync(host, parsed, status.MissingLists);
        await (isJson ? host.Output.WriteLineAsync(status.ToJson()) : host.Output.WriteAsync(Text(status)));
        return ExitCode.Done;
    }

    private static string Text(DataCloudStatus status)
    {
        var text = new StringBuilder();
        foreach (var (path, state) in status.Paths)
        {
            text.Append(state switch { DataCloudState.New => "new:     ", DataCloudState.Deleted => "deleted: ", _ => "missing: " }).Append(path).Append('\n');
        }

        return text.Length == 0 ? "Cache and remote are in sync.\n" : text.ToString();
    }
}
