using Microsoft.Extensions.Logging;

namespace Workflow.Training.LightGbm;

internal static partial class LightGbmLog
{
    [LoggerMessage(EventId = 3101, EventName = "OpenMpWasLoadedBefore", Level = LogLevel.Warning,
        Message = "libgomp was loaded before LightGBM, so {Variable}=passive came too late: set it in the environment of the process, or training loses time whenever other work wants the cores")]
    public static partial void OpenMpWasLoadedBefore(this ILogger logger, string variable);

    [LoggerMessage(EventId = 3102, EventName = "TrainingStarted", Level = LogLevel.Information,
        Message = "LightGBM trains on {Rows} rows x {Features} features with {Threads} threads, validating on {ValidationRows} rows")]
    public static partial void TrainingStarted(this ILogger logger, long rows, int features, int threads, long validationRows);

    [LoggerMessage(EventId = 3103, EventName = "TrainingFinished", Level = LogLevel.Information,
        Message = "LightGBM ran {Iterations} iterations and kept {Best} ({Reason}); {Metric} {Value}")]
    public static partial void TrainingFinished(this ILogger logger, int iterations, int best, string reason, string metric, double value);
}
