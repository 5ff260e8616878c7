using System.Diagnostics.Metrics;
using Workflow.Data.Chunking;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Chunking;

public sealed class ChunkTelemetryTests
{
    [Fact]
    public async Task Bytes_objects_and_the_share_of_known_bytes_are_measured()
    {
        using var meters = new Meters();
        var measured = new List<(string Name, double Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meters.Meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured.Add((instrument.Name, value)));
        listener.Start();

        using var store = new ChunkStore(new MemoryBlobStore(), meterFactory: meters);
        await store.PutAsync("a", new MemoryStream(ChunkData.Bytes(1, 5_000)));
        await store.PutAsync("b", new MemoryStream(ChunkData.Bytes(1, 5_000)));
        Assert.Equal(
            [("workflow.data.bytes", 5_000), ("workflow.data.objects", 1), ("workflow.data.dedup.ratio", 0), ("workflow.data.bytes", 5_000), ("workflow.data.objects", 1), ("workflow.data.dedup.ratio", 1)],
            measured);
        Assert.Equal("Workflow.Data", meters.Meter.Name);
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Meter { get; } = new("Workflow.Data");

        public Meter Create(MeterOptions options)
        {
            Assert.Equal(Meter.Name, options.Name);
            return Meter;
        }

        public void Dispose() => Meter.Dispose();
    }
}
