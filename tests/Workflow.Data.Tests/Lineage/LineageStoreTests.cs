using CsCheck;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;

namespace Workflow.Data.Tests.Lineage;

public sealed class LineageStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2001, 4, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteMetadataDatabase _database;
    private readonly LineageStore _lineage;

    public LineageStoreTests()
    {
        _database = new SqliteMetadataDatabase(_folder["metadata.db"]);
        _lineage = new LineageStore(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task From_a_model_one_reaches_its_run_and_data_and_back()
    {
        var (data, view, run, model, gate) = (Node("dataset", "sha256:a"), Node("feature-view", "sha256:b"), Node("run", "r1"), Node("model", "delay/3"), Node("gate", "sha256:c"));
        LineageEdge[] edges = [new(data, view, "read-by", Noon), new(view, run, "read-by", Noon), new(run, model, "produced", Noon), new(model, gate, "judged-by", Noon)];
        await _lineage.LinkAsync(edges);

        var upstream = await _lineage.UpstreamAsync(model);
        Assert.Equal([data, view, model, run], upstream.Nodes);
        Assert.Equal(edges[..3].ToHashSet(), upstream.Edges.ToHashSet());
        Assert.Equal(edges.ToHashSet(), (await _lineage.DownstreamAsync(data)).Edges.ToHashSet());
        Assert.Equal([edges[2]], (await _lineage.UpstreamAsync(model, maxDepth: 1)).Edges);
        Assert.Equal([data], (await _lineage.UpstreamAsync(data)).Nodes);
    }

    [Fact]
    public async Task Linking_again_keeps_the_first_moment()
    {
        var edge = new LineageEdge(Node("a", "1"), Node("b", "1"), "made", Noon);
        await _lineage.LinkAsync([edge, edge]);
        await _lineage.LinkAsync([edge with { At = Noon.AddDays(1) }]);
        Assert.Equal([edge], (await _lineage.DownstreamAsync(edge.From)).Edges);
    }

    [Fact]
    public async Task One_bad_edge_keeps_all_of_them_out()
    {
        var good = new LineageEdge(Node("a", "1"), Node("b", "1"), "made", Noon);
        await Assert.ThrowsAsync<ArgumentException>(() => _lineage.LinkAsync([good, good with { To = good.From }]));
        await Assert.ThrowsAsync<ArgumentException>(() => _lineage.LinkAsync([good, good with { Relation = " " }]));
        await Assert.ThrowsAsync<ArgumentException>(() => _lineage.LinkAsync([good, good with { To = default }]));
        Assert.Empty((await _lineage.DownstreamAsync(good.From)).Edges);
    }

    [Fact]
    public async Task Any_graph_also_with_cycles_is_walked_as_a_breadth_first_search_would()
    {
        var kind = 0;
        await Gen.Select(Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Where((a, b) => a != b).Array[0, 30], Gen.Int[0, 9], Gen.Int[1, 12]).SampleAsync(
            async (pairs, start, depth) =>
            {
                // One database serves all samples: each has its own kind of node.
                var own = $"kind-{Interlocked.Increment(ref kind)}";
                LineageEdge[] edges = [.. pairs.Select(p => new LineageEdge(Node(own, $"{p.Item1}"), Node(own, $"{p.Item2}"), "made", Noon))];
                await _lineage.LinkAsync(edges);
                var root = Node(own, $"{start}");
                Assert.Equal(Search(edges, root, depth, e => e.From, e => e.To), (await _lineage.DownstreamAsync(root, depth)).Edges.ToHashSet());
                Assert.Equal(Search(edges, root, depth, e => e.To, e => e.From), (await _lineage.UpstreamAsync(root, depth)).Edges.ToHashSet());
            },
            iter: 60);
    }

    private static LineageNode Node(string kind, string id) => new(kind, id);

    private static HashSet<LineageEdge> Search(LineageEdge[] edges, LineageNode root, int depth, Func<LineageEdge, LineageNode> near, Func<LineageEdge, LineageNode> far)
    {
        var found = new HashSet<LineageEdge>();
        HashSet<LineageNode> reached = [root];
        for (var step = 0; step < depth; step++)
        {
            var crossed = edges.Where(e => reached.Contains(near(e))).ToList();
            found.UnionWith(crossed);
            reached.UnionWith(crossed.Select(far));
        }

        return found;
    }
}
