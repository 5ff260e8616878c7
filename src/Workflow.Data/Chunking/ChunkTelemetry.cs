using System.Diagnostics.Metrics;

namespace Workflow.Data.Chunking;

/// <summary>What a chunk store measures.</summary>
internal sealed class ChunkTelemetry
{
    private static readonly Meter Default = new(DataTelemetry.SourceName);
    private static readonly KeyValuePair<string, object?> Uploaded = new("workflow.direction", "upload");
    private static readonly KeyValuePair<string, object?> Downloaded = new("workflow.direction", "download");
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _objects;
    private readonly Histogram<double> _dedup;

    public ChunkTelemetry(IMeterFactory? meters)
    {
        var meter = meters?.Create(DataTelemetry.SourceName) ?? Default;
        _bytes = meter.CreateCounter<long>("workflow.data.bytes", unit: "By", description: "Content moved to or from remote stores.");
        _objects = meter.CreateCounter<long>("workflow.data.objects", unit: "{object}", description: "Objects moved to or from remote stores.");
        _dedup = meter.CreateHistogram<double>("workflow.data.dedup.ratio", unit: "1", description: "Share of the bytes of one upload that the store had already.");
    }

    public void Upload(ChunkUploadResult result)
    {
        _bytes.Add(result.BytesRead, Uploaded);
        _objects.Add(result.Added, Uploaded);
        if (result.BytesRead > 0)
        {
            _dedup.Record(result.DedupRatio);
        }
    }

    public void Download(long objects, long bytes)
    {
        _bytes.Add(bytes, Downloaded);
        _objects.Add(objects, Downloaded);
    }
}
