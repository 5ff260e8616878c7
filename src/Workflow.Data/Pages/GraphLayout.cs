using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>Puts the nodes of a graph into columns, each node right of all that reach it.</summary>
internal static class GraphLayout
{
    /// <summary>Gives the ids of each column from left to right. Edges that close a circle do not count.</summary>
    public static ImmutableArray<ImmutableArray<string>> Columns(ImmutableArray<GraphNode> nodes, ImmutableArray<GraphEdge> edges)
    {
        var depth = nodes.ToDictionary(n => n.Id, _ => 0, StringComparer.Ordinal);
        var forward = Forward(nodes, edges);
        for (var pass = 0; pass < nodes.Length; pass++)
        {
            foreach (var edge in forward)
            {
                depth[edge.To] = Math.Max(depth[edge.To], depth[edge.From] + 1);
            }
        }

        // What nothing reaches stands right before what it reaches: its arrow crosses no box.
        var reached = forward.Select(e => e.To).ToHashSet(StringComparer.Ordinal);
        foreach (var source in forward.Where(e => !reached.Contains(e.From)).GroupBy(e => e.From, StringComparer.Ordinal))
        {
            depth[source.Key] = source.Min(e => depth[e.To]) - 1;
        }

        List<List<string>> columns = [.. Enumerable.Range(0, depth.Values.DefaultIfEmpty(-1).Max() + 1).Select(d => nodes.Where(n => depth[n.Id] == d).Select(n => n.Id).ToList())];

        // Neighbours close together: each node at the mean place of those that reach it, in two sweeps each way.
        for (var sweep = 0; sweep < 4; sweep++)
        {
            var isForward = sweep % 2 == 0;
            foreach (var column in isForward ? columns.Skip(1) : columns.SkipLast(1).Reverse())
            {
                var place = columns.SelectMany(c => c.Index().Select(p => (p.Item, Place: (p.Index + 0.5) / c.Count))).ToDictionary(p => p.Item, p => p.Place, StringComparer.Ordinal);
                var order = column.OrderBy(id => forward.Where(e => (isForward ? e.To : e.From) == id).Select(e => place[isForward ? e.From : e.To]).DefaultIfEmpty(place[id]).Average()).ToList();
                column.Clear();
                column.AddRange(order);
            }
        }

        return [.. columns.Select(c => c.ToImmutableArray())];
    }

    private static List<GraphEdge> Forward(ImmutableArray<GraphNode> nodes, ImmutableArray<GraphEdge> edges)
    {
        var forward = new List<GraphEdge>();
        var (done, active) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var leaving = edges.ToLookup(e => e.From, StringComparer.Ordinal);
        foreach (var root in nodes)
        {
            // Depth first without recursion: a graph from outside may be one long path.
            var stack = new Stack<(string Id, IEnumerator<GraphEdge> Next)>();
            Enter(root.Id, stack);
            while (stack.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    active.Remove(top.Id);
                    top.Next.Dispose();
                    stack.Pop();
                }
                else if (!active.Contains(top.Next.Current.To))
                {
                    forward.Add(top.Next.Current);
                    Enter(top.Next.Current.To, stack);
                }
            }
        }

        return forward;

        void Enter(string id, Stack<(string Id, IEnumerator<GraphEdge> Next)> stack)
        {
            if (done.Add(id))
            {
                active.Add(id);
                stack.Push((id, leaving[id].GetEnumerator()));
            }
        }
    }
}
