using Microsoft.Extensions.Logging;

namespace Workflow.Data.Registry.Webhooks;

internal static partial class WebhookLog
{
    [LoggerMessage(EventId = 1210, EventName = "WebhookDeliveryPostponed", Level = LogLevel.Information,
        Message = "Delivery {Id} to webhook {Webhook} failed in attempt {Attempt} and is tried again in {Pause}: {Problem}")]
    public static partial void DeliveryPostponed(this ILogger logger, string id, string webhook, long attempt, TimeSpan pause, string? problem);

    [LoggerMessage(EventId = 1211, EventName = "WebhookDeliveryFailed", Level = LogLevel.Warning,
        Message = "Delivery {Id} to webhook {Webhook} was given up after attempt {Attempt}: {Problem}")]
    public static partial void DeliveryFailed(this ILogger logger, string id, string webhook, long attempt, string? problem);

    [LoggerMessage(EventId = 1212, EventName = "WebhookRoundFailed", Level = LogLevel.Error,
        Message = "Webhooks cannot be delivered at the moment")]
    public static partial void RoundFailed(this ILogger logger, Exception exception);
}
