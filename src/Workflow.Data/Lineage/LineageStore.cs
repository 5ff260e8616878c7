using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

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
    public Task LinkAsync(IReadOnlyCollection<LineageEdge> edges, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(edges);
        ImmutableArray<LineageEdge> all = [.. edges];
        Require(all);
        return WriteAsync((transaction, token) => AddAsync(transaction, all, token), cancellationToken);
    }

    /// <summary>Links a run with all that went into it and all that came of it, and describes the data, all or nothing. May be repeated.</summary>
    /// <param name="run">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call adds nothing.</param>
    /// <exception cref="ArgumentException">A text is empty or too long, or data is there with other columns or rows.</exception>
    public Task LinkRunAsync(RunLineage run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ImmutableArray<LineageEdge> edges = [.. run.Edges(DateTimeOffset.UnixEpoch)];
        ImmutableArray<DatasetRow> datasets = [.. run.Datasets.Select(DatasetRow.From)];
        Require(edges);
        return WriteAsync(
            async (transaction, token) =>
            {
                foreach (var dataset in datasets)
                {
                    await DatasetRow.AddAsync(dataset, transaction, token).ConfigureAwait(false);
                }

                return await AddAsync(transaction, [.. edges.Select(e => e with { At = transaction.Now })], token).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>Describes a version of data: digest, columns, rows. Describing it again changes nothing.</summary>
    /// <param name="version">What it is.</param>
    /// <param name="cancellationToken">A cancelled call adds nothing.</param>
    /// <exception cref="ArgumentException">It is there with other columns or rows, or a column's type has no written form.</exception>
    public Task DescribeAsync(DatasetVersion version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var row = DatasetRow.From(version);
        return WriteAsync(
            async (transaction, token) =>
            {
                await DatasetRow.AddAsync(row, transaction, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Gets what is known of a version of data.</summary>
    /// <param name="digest">The digest of the data.</param>
    /// <param name="cancellationToken">Passed on.</param>
    /// <returns>The version, or null where nobody described it.</returns>
    public async Task<DatasetVersion?> GetDatasetAsync(ContentDigest digest, CancellationToken cancellationToken = default) =>
        (await ReadAsync((transaction, token) => DatasetRow.FindAsync(transaction, digest.ToString(), token), cancellationToken).ConfigureAwait(false))?.ToVersion();

    /// <summary>Lists the versions of a data set that were described, the oldest first.</summary>
    /// <param name="name">What the data set is called.</param>
    /// <param name="cancellationToken">Passed on.</param>
    public async Task<ImmutableArray<DatasetVersion>> ListDatasetsAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var rows = await ReadAsync((transaction, token) => DatasetRow.ListAsync(transaction, name, token), cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(r => r.ToVersion())];
    }

    /// <summary>Answers a question about ancestors or descendants.</summary>
    /// <param name="query">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">Observed between steps.</param>
    public Task<LineageGraph> QueryAsync(LineageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        Require(query.Node);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.MaxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.MaxDepth, MaxDepth);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.MaxNodes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.MaxNodes, LineageQuery.MostNodes);
        var asked = new LineageQuery { Node = query.Node, Direction = query.Direction, MaxDepth = query.MaxDepth, MaxNodes = query.MaxNodes, Kinds = query.Kinds.ToHashSet(StringComparer.Ordinal) };
        return ReadAsync((transaction, token) => LineageWalk.RunAsync(transaction, asked, token), cancellationToken);
    }

    /// <summary>Finds what led to a thing.</summary>
    /// <param name="node">The thing; one that nothing led to is no error.</param>
    /// <param name="maxDepth">How many steps to go back, from 1 to <see cref="MaxDepth"/>.</param>
    /// <param name="cancellationToken">Observed between steps.</param>
    public Task<LineageGraph> UpstreamAsync(LineageNode node, int maxDepth = 64, CancellationToken cancellationToken = default) =>
        QueryAsync(new LineageQuery { Node = node, Direction = LineageDirection.Upstream, MaxDepth = maxDepth }, cancellationToken);

    /// <summary>Finds what came of a thing.</summary>
    /// <param name="node">The thing; one that nothing came of is no error.</param>
    /// <param name="maxDepth">How many steps to go, from 1 to <see cref="MaxDepth"/>.</param>
    /// <param name="cancellationToken">Observed between steps.</param>
    public Task<LineageGraph> DownstreamAsync(LineageNode node, int maxDepth = 64, CancellationToken cancellationToken = default) =>
        QueryAsync(new LineageQuery { Node = node, Direction = LineageDirection.Downstream, MaxDepth = maxDepth }, cancellationToken);

    /// <summary>Finds everything that a version of a model came of: from a prediction's model version to run, code, data, features and environment.</summary>
    /// <param name="reference">The version, as <c>delay/3</c>: what the prediction log has.</param>
    /// <param name="cancellationToken">Observed between steps.</param>
    public async Task<ModelProvenance> GetProvenanceAsync(string reference, CancellationToken cancellationToken = default)
    {
        var node = new LineageNode(LineageKinds.Model, reference);
        Require(node);
        var (graph, datasets) = await ReadAsync(
            async (transaction, token) =>
            {
                var found = await LineageWalk.RunAsync(transaction, new LineageQuery { Node = node, MaxDepth = MaxDepth }, token).ConfigureAwait(false);
                var described = ImmutableArray.CreateBuilder<DatasetVersion>();
                foreach (var id in Ids(found, LineageKinds.Dataset))
                {
                    if (await DatasetRow.FindAsync(transaction, id, token).ConfigureAwait(false) is { } row)
                    {
                        described.Add(row.ToVersion());
                    }
                }

                return (found, described.ToImmutable());
            },
            cancellationToken).ConfigureAwait(false);
        return new ModelProvenance
        {
            Model = reference,
            Runs = Ids(graph, LineageKinds.Run),
            Commits = Ids(graph, LineageKinds.Commit),
            Datasets = datasets,
            FeatureViews = Ids(graph, LineageKinds.FeatureView),
            Environments = Ids(graph, LineageKinds.Environment),
            Graph = graph,
        };
    }

    /// <summary>Finds what a thing has led to, for example a version of data that turned out to be bad, and which aliases point at any of it now.</summary>
    /// <param name="node">The thing.</param>
    /// <param name="cancellationToken">Observed between steps.</param>
    public Task<LineageImpact> GetImpactAsync(LineageNode node, CancellationToken cancellationToken = default)
    {
        Require(node);
        return ReadAsync(
            async (transaction, token) =>
            {
                var graph = await LineageWalk.RunAsync(transaction, new LineageQuery { Node = node, Direction = LineageDirection.Downstream, MaxDepth = MaxDepth }, token).ConfigureAwait(false);
                var models = Ids(graph, LineageKinds.Model);
                var live = ImmutableArray.CreateBuilder<AliasAssignment>();
                foreach (var holder in await RegistryStore.HoldersAsync(transaction, token).ConfigureAwait(false))
                {
                    if (models.Contains(string.Create(CultureInfo.InvariantCulture, $"{holder.Model}/{holder.Version}")))
                    {
                        live.Add(await RegistryStore.DescribeAsync(transaction, holder, token).ConfigureAwait(false));
                    }
                }

                return new LineageImpact { Models = models, Live = live.ToImmutable(), Graph = graph };
            },
            cancellationToken);
    }

    internal static void RequireText(string? text, int maxBytes, string what)
    {
        if (string.IsNullOrWhiteSpace(text) || Encoding.UTF8.GetByteCount(text) > maxBytes || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected a {what} of 1 to {maxBytes} bytes of UTF-8 without NUL, got '{text}'.", nameof(text));
        }
    }

    private static ImmutableArray<string> Ids(LineageGraph graph, string kind) => [.. graph.Nodes.Where(n => n.Kind == kind).Select(n => n.Id)];

    private static async Task<bool> AddAsync(MetadataTransaction transaction, ImmutableArray<LineageEdge> edges, CancellationToken cancellationToken)
    {
        foreach (var edge in edges)
        {
            await transaction.ExecuteAsync(
                $"""
                INSERT INTO data_lineage_edges (from_kind, from_id, to_kind, to_id, relation, linked_at)
                VALUES ({edge.From.Kind}, {edge.From.Id}, {edge.To.Kind}, {edge.To.Id}, {edge.Relation}, {edge.At})
                ON CONFLICT (from_kind, from_id, to_kind, to_id, relation) DO NOTHING
                """,
                cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private static void Require(ImmutableArray<LineageEdge> edges)
    {
        foreach (var edge in edges)
        {
            Require(edge.From);
            Require(edge.To);
            RequireText(edge.Relation, 64, nameof(LineageEdge.Relation));
            if (edge.From == edge.To)
            {
                throw new ArgumentException($"The edge '{edge.Relation}' leads from {edge.From} to itself.", nameof(edges));
            }
        }
    }

    private static void Require(LineageNode node)
    {
        RequireText(node.Kind, 64, nameof(LineageNode.Kind));
        RequireText(node.Id, 512, nameof(LineageNode.Id));
    }

    private async Task<T> ReadAsync<T>(Func<MetadataTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.ReadAsync(work, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(Func<MetadataTransaction, CancellationToken, Task<bool>> work, CancellationToken cancellationToken)
    {
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        await _database.WriteAsync(work, cancellationToken).ConfigureAwait(false);
    }
}
