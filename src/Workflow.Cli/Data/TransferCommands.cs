using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data fetch</c> and <c>workflow data push</c>.</summary>
internal static class TransferCommands
{
    public static Command Fetch(CommandHost host) => Create(host, "fetch", "Brings objects from remotes into the cache.", "fetched", static (r, o, p, t) => r.FetchAsync(o, p, t));

    public static Command Push(CommandHost host) => Create(host, "push", "Brings objects of the cache into remotes.", "pushed", static (r, o, p, t) => r.PushAsync(o, p, t));

    /// <summary>Shows on a terminal how far a transfer is.</summary>
    internal static IProgress<TransferProgress>? Progress(CommandHost host, string what) => host.Progress is { } terminal ? new TransferTerminal(terminal, what) : null;

    /// <summary>Tells what was not found anywhere.</summary>
    internal static async Task NoteMissingAsync(CommandHost host, ParseResult parsed, IReadOnlyList<string> missing)
    {
        if (missing.Count > 0)
        {
            await DataOption.NoteAsync(host, parsed, "Neither in the cache nor in the remote:" + string.Concat(missing.Select(static m => $"{Environment.NewLine}  md5: {m}")));
        }
    }

    internal static string Count(long count, string done) => count == 0
        ? "Everything is up to date."
        : string.Create(CultureInfo.InvariantCulture, $"{count} file{(count == 1 ? "" : "s")} {done}");

    private static Command Create(
        CommandHost host, string name, string description, string done, Func<DataRepository, DataTransferOptions, IProgress<TransferProgress>?, CancellationToken, Task<DataTransferResult>> run)
    {
        var options = new TransferOption(host);
        var json = DataOption.Json();
        var command = options.AddTo(new Command(name, description) { json });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repository = await DataRemoteProviders.OpenAsync(host, cancellationToken);
            var result = await run(repository, options.Read(parsed), Progress(host, name), cancellationToken);
            host.Progress?.Clear();
            await NoteMissingAsync(host, parsed, result.Missing);
            await (parsed.GetValue(json)
                ? host.WriteJsonAsync(new JsonObject
                {
                    ["objects"] = result.Objects,
                    ["bytes"] = result.Bytes,
                    ["missing"] = new JsonArray([.. result.Missing.Select(static m => (JsonNode)m)]),
                })
                : host.Output.WriteLineAsync(Count(result.Objects, done)));
            return ExitCode.Done;
        });
        return command;
    }

    private sealed class TransferTerminal(TerminalProgress terminal, string what) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            if (value.TotalObjects > 0)
            {
                terminal.Report(what, value.Objects, value.TotalObjects, "objects");
            }
        }
    }
}
