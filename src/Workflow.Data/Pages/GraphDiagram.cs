using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>A small directed graph, drawn from left to right: the lineage of a model. Immutable.</summary>
public sealed record GraphDiagram : Chart
{
    private const double BoxHeight = 46;
    private const double RowHeight = 66;

    /// <summary>Gets the nodes; ids are unique.</summary>
    public required ImmutableArray<GraphNode> Nodes { get; init; }

    /// <summary>Gets the arrows between them.</summary>
    public required ImmutableArray<GraphEdge> Edges { get; init; }

    private protected override double Draw(Markup markup)
    {
        var known = Nodes.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        if (known.Count != Nodes.Length || Edges.FirstOrDefault(e => !known.Contains(e.From) || !known.Contains(e.To)) is not null)
        {
            throw new InvalidOperationException($"Chart '{Title}' needs unique node ids, and edges between nodes that are there.");
        }

        var columns = GraphLayout.Columns(Nodes, Edges);
        var rows = columns.Select(c => c.Length).DefaultIfEmpty(1).Max();
        var height = 32 + (rows * RowHeight);
        var pitch = Width / Math.Max(1, columns.Length);
        var box = Math.Min(220, pitch - (columns.Length > 1 ? Math.Min(96, pitch * 0.36) : 0));
        var places = new Dictionary<string, (double X, double Y)>(StringComparer.Ordinal);
        for (var column = 0; column < columns.Length; column++)
        {
            for (var row = 0; row < columns[column].Length; row++)
            {
                // The last column ends at the right edge, the first begins at the left.
                var x = 1 + (columns.Length == 1 ? 0 : (Width - 2 - box) * column / (columns.Length - 1));
                places[columns[column][row]] = (x, 32 + ((row + ((rows - columns[column].Length) / 2.0)) * RowHeight));
            }
        }

        foreach (var edge in Edges)
        {
            DrawEdge(markup, places[edge.From], places[edge.To], box);
        }

        foreach (var node in Nodes)
        {
            DrawNode(markup, node, places[node.Id], box);
        }

        // Last, so that no box and no arrow runs over a word.
        foreach (var edge in Edges.Where(e => e.Label is not null))
        {
            DrawLabel(markup, edge, places[edge.From], places[edge.To], box);
        }

        return height;
    }

    private static void DrawEdge(Markup markup, (double X, double Y) from, (double X, double Y) to, double box)
    {
        var (x1, y1, x2, y2) = (from.X + box, from.Y + (BoxHeight / 2), to.X - 6, to.Y + (BoxHeight / 2));
        var bend = Math.Max(24, Math.Abs(x2 - x1) / 2);
        markup.Empty("path", ("class", "x"), ("d", $"M{N(x1)} {N(y1)}C{N(x1 + bend)} {N(y1)} {N(x2 - bend)} {N(y2)} {N(x2)} {N(y2)}"))
            .Empty("path", ("class", "neutral"), ("d", $"M{N(x2 + 6)} {N(y2)}l-8 -4v8z"));
    }

    private static void DrawNode(Markup markup, GraphNode node, (double X, double Y) place, double box)
    {
        markup.Open("g").Element("title", $"{node.Kind}: {node.Label}")
            .Empty("rect", ("class", node.IsHighlighted ? "h" : "p"), ("x", N(place.X)), ("y", N(place.Y)), ("width", N(box)), ("height", N(BoxHeight)), ("rx", "5"));
        Label(markup, place.X + 10, place.Y + 17, Fit(node.Kind.ToUpperInvariant(), (box - 20) * 1.2), "k");
        Label(markup, place.X + 10, place.Y + 35, Fit(node.Label, box - 18));
        markup.Close("g");
    }

    private static void DrawLabel(Markup markup, GraphEdge edge, (double X, double Y) from, (double X, double Y) to, double box)
    {
        // An arrow to the next column is named in the middle, a longer one where it leaves: further on it runs behind boxes.
        var gap = to.X - from.X - box;
        if (gap is > 30 and <= 110)
        {
            Label(markup, (from.X + box + to.X) / 2, ((from.Y + to.Y) / 2) + (BoxHeight / 2) - 5, Fit(edge.Label!, gap - 6), "m c halo");
        }
        else if (gap > 110)
        {
            Label(markup, from.X + box + 6, from.Y + (BoxHeight / 2) - 5, Fit(edge.Label!, 60), "m halo");
        }
    }

    private static string N(double value) => Markup.Number(value);
}
