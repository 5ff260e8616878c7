using System.Diagnostics.Metrics;

namespace Workflow.Data.Chunking;

/// <summary>What a chunk store measures.</summary>
internal sealed class ChunkTelemetry(IMeterFactory? meters)
{
    private readonly DataMeter _meter = meters is null ? DataTelemetry.Meter : new DataMeter(meters.Create(DataTelemetry.SourceName));

    public void Upload(ChunkUploadResult result)
    {
        _meter.Bytes(DataMeter.Operations.Upload, result.BytesRead);
        _meter.Objects(DataMeter.Operations.Upload, result.Added);
        _meter.Dedup(DataMeter.Operations.Upload, result.BytesReused, result.BytesRead);
    }

    public void Download(long objects, long bytes)
    {
        _meter.Bytes(DataMeter.Operations.Download, bytes);
        _meter.Objects(DataMeter.Operations.Download, objects);
    }
}
