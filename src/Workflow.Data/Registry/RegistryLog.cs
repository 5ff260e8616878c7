using Microsoft.Extensions.Logging;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

internal static partial class RegistryLog
{
    [LoggerMessage(EventId = 1200, EventName = "VersionRegistered", Level = LogLevel.Information,
        Message = "Registered {Model}/{Version} ({Artifact}) for {Actor}")]
    public static partial void VersionRegistered(this ILogger logger, string model, long version, ContentDigest artifact, string actor);

    [LoggerMessage(EventId = 1201, EventName = "AliasMoved", Level = LogLevel.Information,
        Message = "{Model}@{Alias} moved from version {PreviousVersion} to {Version}, generation {Generation}")]
    public static partial void AliasMoved(this ILogger logger, string model, string alias, long? previousVersion, long version, long generation);

    [LoggerMessage(EventId = 1202, EventName = "AuditBroken", Level = LogLevel.Error,
        Message = "The registry in {Place} does not agree with its audit log: {Fault}")]
    public static partial void AuditBroken(this ILogger logger, string place, string fault);
}
