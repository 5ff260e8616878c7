namespace Workflow.Data.Registry.Webhooks;

/// <summary>Where a delivery stands.</summary>
public enum WebhookDeliveryStatus
{
    /// <summary>It will be tried, or tried again.</summary>
    Pending,

    /// <summary>The receiver said that it has it.</summary>
    Delivered,

    /// <summary>It was given up: too many attempts, or an answer that no repetition changes.</summary>
    Failed,
}
