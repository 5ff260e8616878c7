using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Lineage;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;

namespace Workflow.Features.Tests.Offline;

public sealed class FeatureLineageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lineage-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_training_set_leads_back_to_its_labels_sources_and_definitions_and_is_the_same_again()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData(o => o.Root = _folder);
        services.AddWorkflowFeatures();
        await using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<FeatureBackfill>());
        var lineage = provider.GetRequiredService<FeatureLineage>();
        var store = provider.GetRequiredService<LineageStore>();
        var token = TestContext.Current.CancellationToken;
        var log = Enumerable.Range(0, 90).Select(static i => new LogEvent($"o{i % 5}", "d", i, i) { Delay = i, Distance = 1, Price = i * 0.1 }).ToArray();
        using var events = LogEvent.Table(log);
        using var labels = LogEvent.Table([.. log.Take(40)]);
        var sources = new Dictionary<string, TableSource> { ["log"] = events };
        using var set = await new PointInTimeJoin().RunAsync(TestServices.Commutative, new LabelTable(labels, "date"), sources, token);
        var version = await lineage.RecordAsync(set, new LabelTable(labels, "date"), sources, token);

        var graph = await store.UpstreamAsync(version.Node, cancellationToken: token);
        var expected = new[] { (await DatasetVersion.OfAsync("log", events, token)).Node, (await DatasetVersion.OfAsync("labels", labels, token)).Node }
            .Concat(TestServices.Commutative.Views.Select(static v => new LineageNode(LineageKinds.FeatureView, v.View.Digest.ToString()))).Append(version.Node);
        Assert.Equal(expected.Select(static n => n.ToString()).Order(StringComparer.Ordinal), graph.Nodes.Select(static n => n.ToString()).Order(StringComparer.Ordinal));

        // Other batches, other workers: the same digest, and nothing new in the graph.
        using var again = LogEvent.Table(log, 31);
        sources["log"] = again;
        using var other = await new PointInTimeJoin(new LocalPartitionRunner(2)).RunAsync(TestServices.Commutative, new LabelTable(labels, "date"), sources, token);
        Assert.Equal(version.Digest, (await lineage.RecordAsync(other, new LabelTable(labels, "date"), sources, token)).Digest);
        Assert.Equal(graph.Edges.Length, (await store.UpstreamAsync(version.Node, cancellationToken: token)).Edges.Length);
    }
}
