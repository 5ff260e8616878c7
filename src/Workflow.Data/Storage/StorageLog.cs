using Microsoft.Extensions.Logging;

namespace Workflow.Data.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(EventId = 1000, EventName = "LeftoverRemoved", Level = LogLevel.Information,
        Message = "Removed {Path}, which a killed writer left behind")]
    public static partial void LeftoverRemoved(this ILogger logger, string path);

    [LoggerMessage(EventId = 1001, EventName = "ObjectCorrupt", Level = LogLevel.Error,
        Message = "The object {Path} is corrupt: its bytes have the digest {Actual}")]
    public static partial void ObjectCorrupt(this ILogger logger, string path, ContentDigest actual);
}
