using System.Collections.Immutable;
using Workflow.Data.Metadata;

namespace Workflow.Data.Lineage;

/// <summary>Keeps what came of what: from one prediction's model version to the run, its data, features and code, and back.</summary>
/// <remarks>Edges are only ever added. Safe for concurrent use by threads and processes.</remarks>
public sealed class LineageStore
{
    /// <summary>The largest number of steps that a question may go: 1,000.</summary>
    public const int MaxDepth = 1000;

    private readonly MetadataDatabase _database;

    /// <summary>Keeps lineage in a metadata database.</summary>
    /// <param name="database">Borrowed.</param>
    public LineageStore(MetadataDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
    }

    /// <summary>Adds edges, all or none. Adding an edge again changes nothing.</summary>
    /// <param name="edges">Read before the call returns; may be empty.</param>
    /// <param name="cancellationToken">A cancelled call adds nothing.</param>
    /// <exception cref="ArgumentException">A kind, id or relation is empty or too long, or an edge leads from a thing to itself.</exception>
    public async Task LinkAsync(IReadOnlyCollection<LineageEdge> edges, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(edges);
        ImmutableArray<LineageEdge> all = [.. edges];
        foreach (var edge in all)
        {
            Require(edge.From);
            Require(edge.To);
            RequireText(edge.Relation, 64, nameof(LineageEdge.Relation));
            if (edge.From == edge.To)
            {
                throw new ArgumentException($"The edge '{edge.Relation}' leads from {edge.From} to itself.", nameof(edges));
            }
        }

        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        await _database.WriteAsync(
            async (transaction, token) =>
            {
                foreach (var edge in all)
                {
                    await transaction.ExecuteAsync(
                        $"""
                        INSERT INTO data_lineage_edges (from_kind, from_id, to_kind, to_id, relation, linked_at)
                        VALUES ({edge.From.Kind}, {edge.From.Id}, {edge.To.Kind}, {edge.To.Id}, {edge.Relation}, {edge.At})
                        ON CONFLICT (from_kind, from_id, to_kind, to_id, relation) DO NOTHING
                        """,
                        token).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds what led to a thing.</summary>
    /// <param name="node">The thing; one that nothing led to is no error.</param>
    /// <param name="maxDepth">How many steps to go back, from 1 to <see cref="MaxDepth"/>.</param>
    /// <param name="cancellationToken">Observed between rows.</param>
    public Task<LineageGraph> UpstreamAsync(LineageNode node, int maxDepth = 64, CancellationToken cancellationToken = default) => ReachAsync(
        node,
        maxDepth,
        // UNION drops what was reached before at the same depth; the depth ends cycles. PostgreSQL needs the casts to type the first row.
        () => $"""
            WITH RECURSIVE reached (kind, id, depth) AS (
                SELECT CAST({node.Kind} AS TEXT), CAST({node.Id} AS TEXT), CAST(0 AS BIGINT)
                UNION
                SELECT e.from_kind, e.from_id, r.depth + 1 FROM reached r
                JOIN data_lineage_edges e ON e.to_kind = r.kind AND e.to_id = r.id WHERE r.depth < {maxDepth})
            SELECT DISTINCT e.from_kind, e.from_id, e.to_kind, e.to_id, e.relation, e.linked_at FROM reached r
            JOIN data_lineage_edges e ON e.to_kind = r.kind AND e.to_id = r.id WHERE r.depth < {maxDepth}
            """,
        cancellationToken);

    /// <summary>Finds what came of a thing.</summary>
    /// <param name="node">The thing; one that nothing came of is no error.</param>
    /// <param name="maxDepth">How many steps to go, from 1 to <see cref="MaxDepth"/>.</param>
    /// <param name="cancellationToken">Observed between rows.</param>
    public Task<LineageGraph> DownstreamAsync(LineageNode node, int maxDepth = 64, CancellationToken cancellationToken = default) => ReachAsync(
        node,
        maxDepth,
        () => $"""
            WITH RECURSIVE reached (kind, id, depth) AS (
                SELECT CAST({node.Kind} AS TEXT), CAST({node.Id} AS TEXT), CAST(0 AS BIGINT)
                UNION
                SELECT e.to_kind, e.to_id, r.depth + 1 FROM reached r
                JOIN data_lineage_edges e ON e.from_kind = r.kind AND e.from_id = r.id WHERE r.depth < {maxDepth})
            SELECT DISTINCT e.from_kind, e.from_id, e.to_kind, e.to_id, e.relation, e.linked_at FROM reached r
            JOIN data_lineage_edges e ON e.from_kind = r.kind AND e.from_id = r.id WHERE r.depth < {maxDepth}
            """,
        cancellationToken);

    private async Task<LineageGraph> ReachAsync(LineageNode root, int maxDepth, Func<SqlText> question, CancellationToken cancellationToken)
    {
        Require(root);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, MaxDepth);
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        var edges = await _database.ReadAsync(
            (transaction, token) => transaction.QueryAsync(
                question(),
                static row => new LineageEdge(
                    new LineageNode(row.GetText(0), row.GetText(1)), new LineageNode(row.GetText(2), row.GetText(3)), row.GetText(4), row.GetTime(5)),
                token),
            cancellationToken).ConfigureAwait(false);
        return new LineageGraph
        {
            Root = root,
            Nodes = [.. edges.SelectMany(e => new[] { e.From, e.To }).Append(root).Distinct().OrderBy(n => n.Kind, StringComparer.Ordinal).ThenBy(n => n.Id, StringComparer.Ordinal)],
            Edges =
            [
                .. edges.OrderBy(e => e.At).ThenBy(e => e.From.ToString(), StringComparer.Ordinal)
                    .ThenBy(e => e.To.ToString(), StringComparer.Ordinal).ThenBy(e => e.Relation, StringComparer.Ordinal),
            ],
        };
    }

    private static void Require(LineageNode node)
    {
        RequireText(node.Kind, 64, nameof(LineageNode.Kind));
        RequireText(node.Id, 512, nameof(LineageNode.Id));
    }

    private static void RequireText(string? text, int maxLength, string what)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > maxLength || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected a {what} of 1 to {maxLength} characters without NUL, got '{text}'.", nameof(text));
        }
    }
}
