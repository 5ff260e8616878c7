using System.Collections.Concurrent;
using System.Diagnostics;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests;

public sealed class DataTelemetryTests
{
    [Fact]
    public async Task A_listener_sees_writes_and_objects()
    {
        using var folder = new TemporaryFolder();
        var seen = new ConcurrentBag<string>();
        using var root = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Workflow.Data",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == root.TraceId)
                {
                    seen.Add(activity.OperationName);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        var store = new LocalObjectStore(folder["objects"]);
        await (await store.OpenReadAsync(await store.PutAsync(new MemoryStream([1])))).DisposeAsync();
        using var database = new SqliteMetadataDatabase(folder["metadata.db"]);
        await database.WriteAsync((t, token) => t.ExecuteAsync($"CREATE TABLE data_x (id BIGINT)", token));
        Assert.Equal(["workflow.data.metadata.write", "workflow.data.objects.open", "workflow.data.objects.put"], seen.Order(StringComparer.Ordinal));
    }
}
