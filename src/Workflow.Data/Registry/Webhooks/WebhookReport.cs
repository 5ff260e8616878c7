namespace Workflow.Data.Registry.Webhooks;

/// <summary>What one round of deliveries did. Immutable.</summary>
/// <param name="Delivered">Deliveries that their receivers took.</param>
/// <param name="Postponed">Deliveries that will be tried again.</param>
/// <param name="Failed">Deliveries that were given up.</param>
public readonly record struct WebhookReport(int Delivered, int Postponed, int Failed);
