using Microsoft.Extensions.Logging;

namespace Workflow.Monitoring;

internal static partial class MonitoringLog
{
    [LoggerMessage(EventId = 5001, EventName = "ContractBroken", Level = LogLevel.Warning,
        Message = "Model {Model}: {Source} breaks contract {Contract} in {Violations} ways over {Rows} rows")]
    public static partial void ContractBroken(this ILogger logger, string model, string source, string contract, int violations, long rows);

    [LoggerMessage(EventId = 5101, EventName = "FeatureDrifted", Level = LogLevel.Warning,
        Message = "Model {Model}: feature {Feature} drifted, PSI {Psi}, adjusted p-value {PValue}, over {Rows} rows")]
    public static partial void FeatureDrifted(this ILogger logger, string model, string feature, double psi, double pValue, long rows);

    [LoggerMessage(EventId = 5201, EventName = "RetrainDecided", Level = LogLevel.Information,
        Message = "Model {Model}: the retrain policy says {Verdict}")]
    public static partial void RetrainDecided(this ILogger logger, string model, Feedback.RetrainVerdict verdict);
}
