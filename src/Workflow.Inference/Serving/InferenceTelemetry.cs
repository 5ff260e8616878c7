using System.Diagnostics.Metrics;

namespace Workflow.Inference.Serving;

/// <summary>The instruments of this package. Safe for concurrent use; recording allocates nothing.</summary>
internal sealed class InferenceTelemetry
{
    internal const string MeterName = "Workflow.Inference";

    private readonly Counter<long> _rows;
    private readonly Counter<long> _dropped;

    public InferenceTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _rows = meter.CreateCounter<long>("workflow.inference.rows", unit: "{row}", description: "Rows that served models scored for callers.");
        _dropped = meter.CreateCounter<long>("workflow.inference.log.dropped", unit: "{row}", description: "Rows that the prediction log dropped because it was full.");
    }

    public void Rows(long count, KeyValuePair<string, object?> model) => _rows.Add(count, model);

    public void Dropped(long count) => _dropped.Add(count);
}
