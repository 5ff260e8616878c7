using Microsoft.Extensions.Logging;

namespace Workflow.Inference.AspNetCore.Protocol;

internal static partial class ProtocolLog
{
    [LoggerMessage(EventId = 4301, EventName = "RequestFailed", Level = LogLevel.Error, Message = "The request {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, string path, Exception fault);
}
