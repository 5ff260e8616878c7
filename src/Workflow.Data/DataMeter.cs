using System.Diagnostics.Metrics;

namespace Workflow.Data;

/// <summary>How much data moved, and how much had not to. The tag <c>workflow.operation</c> says by which <see cref="Operations"/>.</summary>
internal sealed class DataMeter
{
    private const string OperationTag = "workflow.operation";
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _objects;
    private readonly Histogram<double> _dedup;

    public DataMeter(Meter meter)
    {
        _bytes = meter.CreateCounter<long>("workflow.data.bytes", unit: "By", description: "Content that an operation read or moved.");
        _objects = meter.CreateCounter<long>("workflow.data.objects", unit: "{object}", description: "Objects or files that an operation stored, moved or wrote.");
        _dedup = meter.CreateHistogram<double>("workflow.data.dedup.ratio", unit: "1", description: "Share of an operation's bytes that were there already, from 0 to 1.");
    }

    public void Bytes(string operation, long bytes) => _bytes.Add(bytes, new KeyValuePair<string, object?>(OperationTag, operation));

    public void Objects(string operation, long objects) => _objects.Add(objects, new KeyValuePair<string, object?>(OperationTag, operation));

    /// <summary>Tells which share of an operation's bytes were where they were to go; nothing of an operation without bytes.</summary>
    public void Dedup(string operation, long reused, long total)
    {
        if (total > 0)
        {
            _dedup.Record((double)Math.Clamp(reused, 0, total) / total, new KeyValuePair<string, object?>(OperationTag, operation));
        }
    }

    /// <summary>The values of the tag: the commands of a repository, and the two directions of a chunk store.</summary>
    internal static class Operations
    {
        public const string Add = "add";
        public const string Push = "push";
        public const string Fetch = "fetch";
        public const string Pull = "pull";
        public const string Checkout = "checkout";
        public const string Upload = "upload";
        public const string Download = "download";
    }
}
