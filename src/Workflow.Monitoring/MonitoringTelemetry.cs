using System.Diagnostics.Metrics;
using Workflow.Monitoring.Drift;

namespace Workflow.Monitoring;

/// <summary>The instruments of the meter <c>Workflow.Monitoring</c>. Safe for concurrent use.</summary>
internal sealed class MonitoringTelemetry
{
    internal const string SourceName = "Workflow.Monitoring";

    private readonly Histogram<double> _psi;
    private readonly Counter<long> _alarms;
    private readonly Counter<long> _violations;

    public MonitoringTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(SourceName);
        _psi = meter.CreateHistogram<double>("workflow.monitoring.psi", unit: "nat", description: "Population stability index of one feature in one window.");
        _alarms = meter.CreateCounter<long>("workflow.monitoring.drift_alarms", unit: "{alarm}", description: "Features found to have drifted.");
        _violations = meter.CreateCounter<long>("workflow.monitoring.contract_violations", unit: "{violation}", description: "Broken demands of data contracts.");
    }

    public void Record(string model, DriftReport report)
    {
        foreach (var feature in report.Features)
        {
            KeyValuePair<string, object?> modelTag = new("workflow.model", model), featureTag = new("workflow.feature", feature.Feature);
            if (double.IsFinite(feature.Psi))
            {
                _psi.Record(feature.Psi, modelTag, featureTag);
            }

            if (feature.Verdict is DriftVerdict.Drift)
            {
                _alarms.Add(1, modelTag, featureTag);
            }
        }
    }

    public void RecordViolations(string model, int violations) => _violations.Add(violations, new KeyValuePair<string, object?>("workflow.model", model));
}
