using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Tests;

/// <summary>The meter is the process's: nothing else may move data meanwhile.</summary>
[CollectionDefinition(nameof(DataMeterTests), DisableParallelization = true)]
public sealed class DataMeterCollection;

[Collection(nameof(DataMeterTests))]
public sealed class DataMeterTests
{
    [Fact]
    public async Task Every_operation_on_a_repository_is_measured()
    {
        using var bytes = new MetricCollector<long>(null, "Workflow.Data", "workflow.data.bytes");
        using var objects = new MetricCollector<long>(null, "Workflow.Data", "workflow.data.objects");
        using var dedup = new MetricCollector<double>(null, "Workflow.Data", "workflow.data.dedup.ratio");
        using var world = await TransferWorld.CreateAsync(largeBytes: 3 << 20);

        // d: three files and their list; e: one; f; empty; large.
        var content = (3 << 20) + "onetwothreefourfive".Length + 5;
        Assert.Equal(9, Sum(objects, "add"));
        Assert.InRange(Sum(bytes, "add"), content, content + 1024);
        Assert.Equal(0, Last(dedup, "add"));

        await world.Repository.AddAsync(["d", "large"]);
        Assert.Equal(9, Sum(objects, "add"));
        Assert.Equal(1, Last(dedup, "add"));

        await world.Repository.PushAsync();
        var pushed = Sum(bytes, "push");
        Assert.Equal(9, Sum(objects, "push"));
        Assert.InRange(pushed, content, content + 1024);
        Assert.Equal(0, Last(dedup, "push"));
        await world.Repository.PushAsync();
        Assert.Equal((9, pushed), (Sum(objects, "push"), Sum(bytes, "push")));
        Assert.Equal(1, Last(dedup, "push"));

        await (await world.CloneAsync("a")).FetchAsync();
        Assert.Equal((9, pushed), (Sum(objects, "fetch"), Sum(bytes, "fetch")));
        Assert.Equal(0, Sum(objects, "checkout"));
        await (await world.CloneAsync("b")).PullAsync();
        Assert.Equal((9, pushed), (Sum(objects, "pull"), Sum(bytes, "pull")));
        Assert.Equal((7, content), (Sum(objects, "checkout"), Sum(bytes, "checkout")));
    }

    private static long Sum(MetricCollector<long> collector, string operation) =>
        collector.GetMeasurementSnapshot().Where(m => Equals(m.Tags["workflow.operation"], operation)).Sum(static m => m.Value);

    private static double Last(MetricCollector<double> collector, string operation) =>
        collector.GetMeasurementSnapshot().Last(m => Equals(m.Tags["workflow.operation"], operation)).Value;
}
