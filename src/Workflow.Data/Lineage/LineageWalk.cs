using System.Collections.Immutable;
using Workflow.Data.Metadata;

namespace Workflow.Data.Lineage;

/// <summary>Walks the edges breadth first, inside a transaction of the caller: every thing is visited once, also where there are cycles.</summary>
internal static class LineageWalk
{
    // Two parameters each; SQLite and PostgreSQL take tens of thousands.
    private const int BlockSize = 200;

    public static async Task<LineageGraph> RunAsync(MetadataTransaction transaction, LineageQuery query, CancellationToken cancellationToken)
    {
        var isUpstream = query.Direction is LineageDirection.Upstream;
        var depths = new Dictionary<LineageNode, int> { [query.Node] = 0 };
        var edges = new List<LineageEdge>();
        List<LineageNode> frontier = [query.Node];
        var isTruncated = false;
        for (var depth = 1; depth <= query.MaxDepth && frontier.Count > 0 && !isTruncated; depth++)
        {
            var next = new List<LineageNode>();
            foreach (var block in frontier.Chunk(BlockSize))
            {
                foreach (var edge in await transaction.QueryAsync(Statement(block, isUpstream), Read, cancellationToken).ConfigureAwait(false))
                {
                    var far = isUpstream ? edge.From : edge.To;
                    if (depths.Count >= query.MaxNodes && !depths.ContainsKey(far))
                    {
                        isTruncated = true;
                        continue;
                    }

                    if (depths.TryAdd(far, depth))
                    {
                        next.Add(far);
                    }

                    edges.Add(edge);
                }
            }

            frontier = next;
        }

        return Graph(query, depths, edges, isTruncated);
    }

    private static LineageGraph Graph(LineageQuery query, Dictionary<LineageNode, int> depths, List<LineageEdge> edges, bool isTruncated)
    {
        bool IsShown(LineageNode node) => node == query.Node || query.Kinds.Count == 0 || query.Kinds.Contains(node.Kind);
        var nodes = depths.Keys.Where(IsShown).OrderBy(n => n.Kind, StringComparer.Ordinal).ThenBy(n => n.Id, StringComparer.Ordinal).ToImmutableArray();
        return new LineageGraph
        {
            Root = query.Node,
            Nodes = nodes,
            Depths = [.. nodes.Select(n => depths[n])],
            Edges =
            [
                .. edges.Where(e => IsShown(e.From) && IsShown(e.To)).OrderBy(e => e.At).ThenBy(e => e.From.ToString(), StringComparer.Ordinal)
                    .ThenBy(e => e.To.ToString(), StringComparer.Ordinal).ThenBy(e => e.Relation, StringComparer.Ordinal),
            ],
            IsTruncated = isTruncated,
        };
    }

    private static LineageEdge Read(MetadataRow row) => new(
        new LineageNode(row.GetText(0), row.GetText(1)), new LineageNode(row.GetText(2), row.GetText(3)), row.GetText(4), row.GetTime(5));

    private static SqlText Statement(LineageNode[] near, bool isUpstream)
    {
        var sql = new SqlText(400 + (20 * near.Length), 2 * near.Length);
        sql.AppendLiteral("WITH near (kind, id) AS (VALUES ");
        for (var i = 0; i < near.Length; i++)
        {
            sql.AppendLiteral(i == 0 ? "(" : ", (");
            sql.AppendFormatted(near[i].Kind);
            sql.AppendLiteral(", ");
            sql.AppendFormatted(near[i].Id);
            sql.AppendLiteral(")");
        }

        sql.AppendLiteral(") SELECT e.from_kind, e.from_id, e.to_kind, e.to_id, e.relation, e.linked_at FROM near JOIN data_lineage_edges e ");
        sql.AppendLiteral(isUpstream ? "ON e.to_kind = near.kind AND e.to_id = near.id" : "ON e.from_kind = near.kind AND e.from_id = near.id");

        // Where an answer is cut off, it is always the same one.
        sql.AppendLiteral(" ORDER BY e.from_kind, e.from_id, e.to_kind, e.to_id, e.relation");
        return sql;
    }
}
