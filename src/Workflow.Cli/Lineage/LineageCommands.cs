using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Cli.Registry;
using Workflow.Data.Lineage;

namespace Workflow.Cli.Lineage;

/// <summary><c>workflow lineage</c>: what led to a thing, and what came of it.</summary>
internal static class LineageCommands
{
    public static Command Create(CommandHost host) => new("lineage", "What came of what.") { Show(host) };

    private static Command Show(CommandHost host)
    {
        var node = new Argument<string>("node") { Description = "KIND:ID, for example model:delay/3 or dataset:sha256:…." };
        var up = new Option<bool>("--up") { Description = "What led to it. The default." };
        var down = new Option<bool>("--down") { Description = "What came of it." };
        var kinds = new Option<string[]>("--kind") { Description = "Show only things of this kind. May be repeated." };
        var depth = new Option<int>("--depth") { Description = "How many steps to go. Default 64.", DefaultValueFactory = _ => 64 };
        var dot = new Option<bool>("--dot") { Description = "Print the graph for Graphviz." };
        var command = new Command("show", "Shows the way to a thing, or from it.") { node, up, down, kinds, depth, dot, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (isUp, isDown, isDot, isJson) = (parsed.GetValue(up), parsed.GetValue(down), parsed.GetValue(dot), parsed.GetValue(RegistryOptions.Json));
            if ((isUp && isDown) || (isDot && isJson))
            {
                throw new ArgumentException(isUp && isDown ? "Expected --up or --down, not both." : "Expected --json or --dot, not both.");
            }

            await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
            var parts = parsed.GetRequiredValue(node).Split(':', 2);
            if (parts.Length != 2)
            {
                throw new ArgumentException($"Expected KIND:ID, for example model:delay/3, got '{parsed.GetRequiredValue(node)}'.");
            }

            var graph = await state.GetRequiredService<LineageStore>().QueryAsync(
                new LineageQuery
                {
                    Node = new LineageNode(parts[0], parts[1]),
                    Direction = isDown ? LineageDirection.Downstream : LineageDirection.Upstream,
                    MaxDepth = parsed.GetValue(depth),
                    Kinds = parsed.GetValue(kinds) ?? [],
                },
                cancellationToken);
            await (isJson ? host.WriteJsonAsync(graph.ToJson()) : host.Output.WriteAsync(isDot ? graph.ToDot() : Text(graph)));
            if (graph.IsTruncated)
            {
                await host.Error.WriteLineAsync($"There is more: only the nearest {graph.Nodes.Length} things are shown.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string Text(LineageGraph graph)
    {
        var text = new StringBuilder();
        foreach (var (node, depth) in graph.Nodes.Zip(graph.Depths).OrderBy(n => n.Second).ThenBy(n => n.First.ToString(), StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{new string(' ', 2 * depth)}{node}\n");
        }

        return text.ToString();
    }
}
