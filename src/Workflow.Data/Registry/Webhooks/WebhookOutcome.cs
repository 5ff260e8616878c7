namespace Workflow.Data.Registry.Webhooks;

/// <summary>How one attempt went.</summary>
internal sealed record WebhookOutcome(WebhookDeliveryStatus Status, TimeSpan Pause, long? HttpStatus, string? Problem);
