using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Workflow.Data.Lineage;

/// <summary>What led to a thing, or what came of it. Immutable.</summary>
public sealed record LineageGraph
{
    /// <summary>Gets the thing that was asked about.</summary>
    public required LineageNode Root { get; init; }

    /// <summary>Gets every thing that was reached, the root included, in order of kind and id.</summary>
    public required ImmutableArray<LineageNode> Nodes { get; init; }

    /// <summary>Gets how many steps from the root each of <see cref="Nodes"/> is, in the same order; 0 for the root.</summary>
    public required ImmutableArray<int> Depths { get; init; }

    /// <summary>Gets the edges on the way, in order of moment, then of their ends and relation.</summary>
    public required ImmutableArray<LineageEdge> Edges { get; init; }

    /// <summary>Gets whether there is more: <see cref="LineageQuery.MaxNodes"/> was reached.</summary>
    public required bool IsTruncated { get; init; }

    /// <summary>Writes the graph as JSON. Equal graphs give equal documents.</summary>
    /// <returns><c>{"root":…,"nodes":[{"kind","id","depth"}],"edges":[{"from","to","relation","at"}],"truncated":false}</c>; ends of edges are indices into the nodes.</returns>
    public JsonObject ToJson()
    {
        var numbers = Numbers();
        return new JsonObject
        {
            ["root"] = numbers[Root],
            ["nodes"] = new JsonArray([.. Nodes.Select((n, i) => new JsonObject { ["kind"] = n.Kind, ["id"] = n.Id, ["depth"] = Depths[i] })]),
            ["edges"] = new JsonArray(
            [
                .. Edges.Select(e => new JsonObject
                {
                    ["from"] = numbers[e.From],
                    ["to"] = numbers[e.To],
                    ["relation"] = e.Relation,
                    ["at"] = e.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                }),
            ]),
            ["truncated"] = IsTruncated,
        };
    }

    /// <summary>Writes the graph in the language of Graphviz. Equal graphs give equal text.</summary>
    public string ToDot()
    {
        var numbers = Numbers();
        var text = new StringBuilder("digraph lineage {\n  rankdir=LR;\n  node [shape=box];\n");
        for (var i = 0; i < Nodes.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  n{i} [label={Quote(Nodes[i].Kind + "\n" + Nodes[i].Id)}{(Nodes[i] == Root ? ", style=bold" : "")}];\n");
        }

        foreach (var edge in Edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"  n{numbers[edge.From]} -> n{numbers[edge.To]} [label={Quote(edge.Relation)}];\n");
        }

        return text.Append("}\n").ToString();
    }

    // In DOT a backslash begins an escape, and \n is a line break.
    private static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private Dictionary<LineageNode, int> Numbers() => Nodes.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i);
}
