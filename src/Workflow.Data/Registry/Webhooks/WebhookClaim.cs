namespace Workflow.Data.Registry.Webhooks;

/// <summary>A delivery that this process has taken for one attempt, until the claim ends.</summary>
internal sealed record WebhookClaim(string Id, string Webhook, string Payload, long Attempt);
