using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Workflow.Data.Tables;
using Workflow.Monitoring.Contracts;
using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Feedback;

namespace Workflow.Monitoring;

/// <summary>Watches one model in a host: the results of contracts, drift and policy, with logs and metrics. Safe for concurrent use.</summary>
public sealed class ModelMonitor
{
    private readonly DataContract? _contract;
    private readonly PsiDriftDetector? _detector;
    private readonly RetrainPolicy _policy;
    private readonly MonitoringTelemetry _telemetry;
    private readonly ILogger _logger;

    internal ModelMonitor(string name, ModelMonitorOptions options, MonitoringTelemetry telemetry, ILogger? logger)
    {
        Name = name;
        _contract = options.Contract;
        _detector = options.Reference is { } reference ? new PsiDriftDetector(reference, options.Drift) : null;
        _policy = RetrainPolicy.Create(options.Retrain);
        _telemetry = telemetry;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Gets the model's name.</summary>
    public string Name { get; }

    /// <summary>Holds a table against the model's contract.</summary>
    /// <param name="table">Read once. Borrowed.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="InvalidOperationException">The model has no contract; says how to set one.</exception>
    public async Task<ContractReport> CheckAsync(TableSource table, CancellationToken cancellationToken = default)
    {
        var contract = _contract ?? throw Lacks("contract", nameof(ModelMonitorOptions.UseContract));
        var report = await contract.CheckAsync(table, cancellationToken).ConfigureAwait(false);
        _telemetry.RecordViolations(Name, report.Violations.Length);
        if (!report.Passed)
        {
            _logger.ContractBroken(Name, report.Source, report.Contract, report.Violations.Length, report.Rows);
        }

        return report;
    }

    /// <summary>Compares a window of live rows with the model's reference.</summary>
    /// <param name="window">Read once. Borrowed.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="InvalidOperationException">The model has no reference; says how to set one.</exception>
    /// <exception cref="SchemaMismatchException">Features are missing or no longer of their kind; all are listed.</exception>
    public async Task<DriftReport> CompareAsync(TableSource window, CancellationToken cancellationToken = default)
    {
        var detector = _detector ?? throw Lacks("drift reference", nameof(ModelMonitorOptions.UseReference));
        var report = await detector.CompareAsync(window, cancellationToken).ConfigureAwait(false);
        _telemetry.Record(Name, report);
        foreach (var feature in report.Features)
        {
            if (feature.Verdict is DriftVerdict.Drift)
            {
                _logger.FeatureDrifted(Name, feature.Feature, feature.Psi, feature.AdjustedPValue, report.Rows);
            }
        }

        return report;
    }

    /// <summary>Decides whether a challenger should be trained.</summary>
    /// <param name="evidence">What is known.</param>
    public RetrainDecision Decide(RetrainEvidence evidence)
    {
        var decision = _policy.Decide(evidence);
        _logger.RetrainDecided(Name, decision.Verdict);
        return decision;
    }

    private InvalidOperationException Lacks(string what, string method) =>
        new($"Model '{Name}' has no {what}. Set one: AddWorkflowMonitoring().AddModel(\"{Name}\", o => o.{method}(...)).");
}
