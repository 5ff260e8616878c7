using Microsoft.Extensions.Logging;
using Workflow.Data.Storage;
using Workflow.Inference.Rollouts;

namespace Workflow.Inference.Serving;

internal static partial class InferenceLog
{
    [LoggerMessage(EventId = 4001, EventName = "ModelSwapped", Level = LogLevel.Information, Message = "Model {Model} is answered by version {Version} ({Digest}) from now on")]
    public static partial void ModelSwapped(this ILogger logger, string model, long version, ContentDigest digest);

    [LoggerMessage(EventId = 4002, EventName = "ModelReverted", Level = LogLevel.Warning, Message = "Model {Model} is answered by version {Version} again")]
    public static partial void ModelReverted(this ILogger logger, string model, long version);

    [LoggerMessage(EventId = 4003, EventName = "ModelNotThere", Level = LogLevel.Warning, Message = "Model {Model} is not ready: {Reason}")]
    public static partial void ModelNotThere(this ILogger logger, string model, string reason);

    [LoggerMessage(EventId = 4101, EventName = "RolloutBegun", Level = LogLevel.Information, Message = "Model {Model}: rollout {Rollout} tries version {Version}")]
    public static partial void RolloutBegun(this ILogger logger, string model, string rollout, long version);

    [LoggerMessage(EventId = 4102, EventName = "RolloutEnded", Level = LogLevel.Information, Message = "Model {Model}: rollout {Rollout} ended {Phase}: {Reason}")]
    public static partial void RolloutEnded(this ILogger logger, string model, string rollout, RolloutPhase phase, string reason);

    [LoggerMessage(EventId = 4103, EventName = "ChallengerFailed", Level = LogLevel.Error, Message = "Model {Model}: version {Version} on trial failed")]
    public static partial void ChallengerFailed(this ILogger logger, string model, long version, Exception fault);

    [LoggerMessage(EventId = 4104, EventName = "FaultNotJournaled", Level = LogLevel.Error, Message = "Model {Model}: a fault could not be reported to the rollout {Rollout}")]
    public static partial void FaultNotJournaled(this ILogger logger, string model, string rollout, Exception fault);

    [LoggerMessage(EventId = 4201, EventName = "PredictionsNotWritten", Level = LogLevel.Error, Message = "{Rows} rows of the prediction log of model {Model} could not be written")]
    public static partial void PredictionsNotWritten(this ILogger logger, string model, long rows, Exception fault);
}
