using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Joins;

public sealed class KeyWorkerTests
{
    [Fact]
    public async Task Joining_a_key_allocates_nothing()
    {
        const int Rows = 2_000;

        // Unsorted on purpose, so that both sorts run.
        var log = TestRandom.Shuffle(Enumerable.Range(0, Rows).Select(static i => new LogEvent("A", "B", i, i + (i % 50)) { Delay = i % 40, Price = i * 0.37, Distance = i % 7 }), 5);
        using var table = LogEvent.Table(log, 500);
        var service = FeatureService.Define("s").View(TestServices.Origins).Build();
        using var events = new EventTable([.. service.Views.SelectMany(ViewPart.Of)], table);
        using var key = LogEvent.Batch([new LogEvent("A", "B", 0, 0)]);
        events.Views[0].Keys.Number(key, new int[1], add: true);
        await events.LoadAsync(table, TestContext.Current.CancellationToken);
        var columns = new FeatureFields(service).Columns(Rows, null);
        var worker = new KeyWorker(service.Views[0], events.Views[0], columns, (Rows, Rows));
        var rows = Enumerable.Range(0, Rows).ToArray();
        var times = log.Select(static e => e.Date!.Value).ToArray();

        worker.Run(events.Views[0].Groups[0], rows, times);
        var before = GC.GetAllocatedBytesForCurrentThread();
        worker.Run(events.Views[0].Groups[0], rows, times);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.DoesNotContain(Missing.Int64, columns[0].Cells.ToArray());
        System.Array.ForEach(columns, static c => c.Dispose());
    }
}
