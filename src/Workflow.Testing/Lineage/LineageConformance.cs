using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;
using Workflow.Testing.Registry;
using Xunit;

namespace Workflow.Testing.Lineage;

/// <summary>What lineage has to do on every <see cref="MetadataDatabase"/>. Derive a public test class from it.</summary>
public abstract class LineageConformance
{
    private static readonly DateTimeOffset Noon = new(2001, 4, 1, 12, 0, 0, TimeSpan.Zero);

    private static Schema Columns => new([new Field("origin", StringType.Default, true), new Field("delay", DoubleType.Default, false)], metadata: null);

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>From a prediction's model version to run, code, data, features, environment, and back.</summary>
    [Fact]
    public async Task From_a_model_one_reaches_all_it_came_of_and_back()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);
        var data = new DatasetVersion { Name = "flights", Digest = RegistryDrafts.Digest(1), Schema = Columns, Rows = 3_000_000 };
        var run = new RunLineage
        {
            RunId = "run-1",
            Datasets = [data],
            FeatureViews = [RegistryDrafts.Digest(2)],
            Commit = "0123abcd",
            Environment = RegistryDrafts.Digest(3),
            Models = ["delay/1"],
        };
        await lineage.LinkRunAsync(run);
        await lineage.LinkRunAsync(run);
        var provenance = await lineage.GetProvenanceAsync("delay/1");
        Assert.Equal(["run-1"], provenance.Runs);
        Assert.Equal(["0123abcd"], provenance.Commits);
        Assert.Equal([RegistryDrafts.Digest(2).ToString()], provenance.FeatureViews);
        Assert.Equal([RegistryDrafts.Digest(3).ToString()], provenance.Environments);
        var described = Assert.Single(provenance.Datasets);
        Assert.Equal(("flights", data.Digest, 3_000_000), (described.Name, described.Digest, described.Rows));
        Assert.Equal(Columns.FieldsList.Select(f => (f.Name, f.DataType.Name, f.IsNullable)), described.Schema.FieldsList.Select(f => (f.Name, f.DataType.Name, f.IsNullable)));

        foreach (var end in new[] { data.Node, new("commit", "0123abcd"), new("feature-view", RegistryDrafts.Digest(2).ToString()), new("environment", RegistryDrafts.Digest(3).ToString()) })
        {
            Assert.Contains(new LineageNode(LineageKinds.Model, "delay/1"), (await lineage.DownstreamAsync(end)).Nodes);
        }
    }

    /// <summary>What a bad version of data has led to, and which aliases are affected now.</summary>
    [Fact]
    public async Task The_impact_of_data_is_the_models_and_the_live_aliases()
    {
        using var database = Open(TimeProvider.System);
        var (lineage, registry) = (new LineageStore(database), await RegistryConformance.WithVersionsAsync(database, "delay", 3));
        var data = new DatasetVersion { Name = "flights", Digest = RegistryDrafts.Digest(1), Schema = Columns, Rows = 1 };
        await lineage.LinkRunAsync(new RunLineage { RunId = "r1", Datasets = [data], Models = ["delay/1", "delay/2"] });
        await lineage.LinkRunAsync(new RunLineage { RunId = "r3", Models = ["delay/3"] });
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 2));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "challenger", 3));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "old", 1));
        await registry.RemoveAliasAsync(RegistryDrafts.Removal("delay", "old"));
        var impact = await lineage.GetImpactAsync(data.Node);
        Assert.Equal(["delay/1", "delay/2"], impact.Models);
        Assert.Equal([("champion", 2L)], impact.Live.Select(a => (a.Alias, a.Version)));
    }

    /// <summary>A description never changes, and what contradicts it leaves nothing behind.</summary>
    [Fact]
    public async Task Data_is_described_once()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);
        var data = new DatasetVersion { Name = "flights", Digest = RegistryDrafts.Digest(1), Schema = Columns, Rows = 10 };
        await lineage.DescribeAsync(data);
        await lineage.DescribeAsync(data);
        await Assert.ThrowsAsync<ArgumentException>(() => lineage.DescribeAsync(data with { Rows = 11 }));
        await Assert.ThrowsAsync<ArgumentException>(() => lineage.LinkRunAsync(new RunLineage { RunId = "r", Datasets = [data with { Schema = new Schema([], null) }], Models = ["delay/1"] }));
        Assert.Empty((await lineage.UpstreamAsync(new LineageNode("model", "delay/1"))).Edges);
        Assert.Equal(10, (await lineage.GetDatasetAsync(data.Digest))!.Rows);
        Assert.Null(await lineage.GetDatasetAsync(RegistryDrafts.Digest(2)));
        await lineage.DescribeAsync(data with { Digest = RegistryDrafts.Digest(2) });
        Assert.Equal(2, (await lineage.ListDatasetsAsync("flights")).Length);
        await Assert.ThrowsAsync<ArgumentException>(() => lineage.DescribeAsync(data with { Digest = default }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => lineage.DescribeAsync(data with { Rows = -1 }));
    }

    /// <summary>An edge keeps its first moment.</summary>
    [Fact]
    public async Task Linking_again_keeps_the_first_moment()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);
        var edge = new LineageEdge(Node("a", "1"), Node("b", "1"), "made", Noon);
        await lineage.LinkAsync([edge, edge]);
        await lineage.LinkAsync([edge with { At = Noon.AddDays(1) }]);
        Assert.Equal([edge], (await lineage.DownstreamAsync(edge.From)).Edges);
    }

    /// <summary>Edges are added all or none.</summary>
    [Fact]
    public async Task One_bad_edge_keeps_all_of_them_out()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);
        var good = new LineageEdge(Node("a", "1"), Node("b", "1"), "made", Noon);
        await Assert.ThrowsAsync<ArgumentException>(() => lineage.LinkAsync([good, good with { To = good.From }]));
        await Assert.ThrowsAsync<ArgumentException>(() => lineage.LinkAsync([good, good with { Relation = " " }]));
        await Assert.ThrowsAsync<ArgumentException>(() => lineage.LinkAsync([good, good with { To = default }]));
        await Assert.ThrowsAsync<ArgumentException>(() => lineage.LinkAsync([good, good with { To = Node("b", new string('é', 300)) }]));
        Assert.Empty((await lineage.DownstreamAsync(good.From)).Edges);
    }

    /// <summary>The longest names that are allowed fit into the engine's indexes.</summary>
    [Fact]
    public async Task The_longest_names_are_kept()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);

        // Bytes that no compression makes shorter.
        string Long(int length, string seed) => string.Concat(Enumerable.Range(0, 10).Select(i => ContentDigest.Of([(byte)i, .. System.Text.Encoding.UTF8.GetBytes(seed)]).Hex))[..length];
        var edge = new LineageEdge(Node(Long(64, "a"), Long(512, "b")), Node(Long(64, "c"), Long(512, "d")), Long(64, "e"), Noon);
        await lineage.LinkAsync([edge]);
        Assert.Equal([edge], (await lineage.UpstreamAsync(edge.To)).Edges);
    }

    /// <summary>The walk is a breadth-first search, also where there are cycles, with its filters and limits.</summary>
    [Fact]
    public async Task Any_graph_also_with_cycles_is_walked_as_a_breadth_first_search_would()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);
        var kind = 0;
        await Gen.Select(Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Where((a, b) => a != b).Array[0, 30], Gen.Int[0, 9], Gen.Int[1, 12], Gen.Bool).SampleAsync(
            async (pairs, start, depth, isUpstream) =>
            {
                // One database serves all samples: each has its own kinds of nodes, one for even and one for odd ids.
                var own = $"kind-{Interlocked.Increment(ref kind)}-";
                LineageEdge[] edges = [.. pairs.Select(p => new LineageEdge(Numbered(own, p.Item1), Numbered(own, p.Item2), "made", Noon))];
                await lineage.LinkAsync(edges);
                var root = Numbered(own, start);
                var expected = isUpstream ? Search(edges, root, depth, e => e.To, e => e.From) : Search(edges, root, depth, e => e.From, e => e.To);
                var query = new LineageQuery { Node = root, MaxDepth = depth, Direction = isUpstream ? LineageDirection.Upstream : LineageDirection.Downstream };
                var graph = await lineage.QueryAsync(query);
                Assert.Equal(expected.Edges, graph.Edges.ToHashSet());
                Assert.Equal(expected.Depths.OrderBy(d => d.Key.ToString(), StringComparer.Ordinal), graph.Nodes.Zip(graph.Depths, KeyValuePair.Create).OrderBy(d => d.Key.ToString(), StringComparer.Ordinal));
                Assert.False(graph.IsTruncated);

                query.Kinds = [own + "0"];
                var filtered = await lineage.QueryAsync(query);
                Assert.Equal(graph.Nodes.Where(n => n.Kind == own + "0" || n == root), filtered.Nodes);
                Assert.Equal(graph.Edges.Where(e => filtered.Nodes.Contains(e.From) && filtered.Nodes.Contains(e.To)), filtered.Edges);

                (query.Kinds, query.MaxNodes) = ([], Math.Max(1, graph.Nodes.Length - 1));
                var cut = await lineage.QueryAsync(query);
                Assert.Equal((graph.Nodes.Length > 1, query.MaxNodes), (cut.IsTruncated, cut.Nodes.Length));
            },
            iter: 40);
    }

    /// <summary>A graph that doubles at each step has more ways than any machine could follow one by one.</summary>
    [Fact]
    public async Task A_graph_with_countless_ways_is_walked_once()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);
        LineageEdge[] edges =
        [
            .. from step in Enumerable.Range(0, 60)
               from near in Enumerable.Range(0, 3)
               from far in Enumerable.Range(0, 3)
               select new LineageEdge(Node("step", $"{step}.{near}"), Node("step", $"{step + 1}.{far}"), "made", Noon),
        ];
        await lineage.LinkAsync(edges);
        var graph = await lineage.QueryAsync(new LineageQuery { Node = Node("step", "0.0"), Direction = LineageDirection.Downstream, MaxDepth = LineageStore.MaxDepth });
        Assert.Equal(1 + (60 * 3), graph.Nodes.Length);
        Assert.Equal(edges.Length - 6, graph.Edges.Length);
    }

    /// <summary>Exports are the same text for the same graph, with everything quoted.</summary>
    [Fact]
    public async Task Exports_are_stable()
    {
        using var database = Open(TimeProvider.System);
        var lineage = new LineageStore(database);
        await lineage.LinkAsync([new LineageEdge(Node("run", "r\"1\\"), Node("model", "delay/1"), "produced", Noon), new LineageEdge(Node("dataset", "sha256:a"), Node("run", "r\"1\\"), "read-by", Noon)]);
        var graph = await lineage.UpstreamAsync(Node("model", "delay/1"));
        Assert.Equal(
            """
            digraph lineage {
              rankdir=LR;
              node [shape=box];
              n0 [label="dataset\nsha256:a"];
              n1 [label="model\ndelay/1", style=bold];
              n2 [label="run\nr\"1\\"];
              n0 -> n2 [label="read-by"];
              n2 -> n1 [label="produced"];
            }

            """.ReplaceLineEndings("\n"),
            graph.ToDot());
        Assert.Equal(
            """{"root":1,"nodes":[{"kind":"dataset","id":"sha256:a","depth":2},{"kind":"model","id":"delay/1","depth":0},{"kind":"run","id":"r\u00221\\","depth":1}],"edges":[{"from":0,"to":2,"relation":"read-by","at":"2001-04-01T12:00:00.000000Z"},{"from":2,"to":1,"relation":"produced","at":"2001-04-01T12:00:00.000000Z"}],"truncated":false}""",
            graph.ToJson().ToJsonString());
    }

    private static LineageNode Node(string kind, string id) => new(kind, id);

    private static LineageNode Numbered(string own, int id) => new($"{own}{id % 2}", $"{id}");

    private static (HashSet<LineageEdge> Edges, Dictionary<LineageNode, int> Depths) Search(LineageEdge[] edges, LineageNode root, int depth, Func<LineageEdge, LineageNode> near, Func<LineageEdge, LineageNode> far)
    {
        var found = new HashSet<LineageEdge>();
        var depths = new Dictionary<LineageNode, int> { [root] = 0 };
        for (var step = 1; step <= depth; step++)
        {
            var crossed = edges.Where(e => depths.ContainsKey(near(e))).ToList();
            found.UnionWith(crossed);
            foreach (var node in crossed.Select(far))
            {
                depths.TryAdd(node, step);
            }
        }

        return (found, depths);
    }
}
