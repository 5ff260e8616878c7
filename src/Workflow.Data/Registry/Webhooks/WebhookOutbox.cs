using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>Writes the messages about a move in the transaction of the move: neither is ever there without the other.</summary>
internal static class WebhookOutbox
{
    public static async Task EnqueueAsync(MetadataTransaction transaction, AliasAssignment assignment, CancellationToken cancellationToken)
    {
        var webhooks = await RegistryRecords.ListAsync(transaction, RegistryRecord.Webhook, cancellationToken).ConfigureAwait(false);
        foreach (var webhook in webhooks.Select(Webhook.From).Where(w => w.Watches(assignment.Model, assignment.Alias)))
        {
            var payload = Encoding.UTF8.GetString(CanonicalJson.Serialize(Payload(assignment)));
            var id = IdOf(webhook.Name, payload);
            await transaction.ExecuteAsync(
                $"""
                INSERT INTO data_webhook_deliveries (id, webhook, payload, status, attempts, next_attempt_at, created_at)
                VALUES ({id}, {webhook.Name}, {payload}, {nameof(WebhookDeliveryStatus.Pending)}, 0, {transaction.Now}, {transaction.Now})
                """,
                cancellationToken).ConfigureAwait(false);
        }
    }

    // Generations make it unique. Derived, so that a transaction that runs again gives the same.
    private static string IdOf(string webhook, string payload) => "msg_" + ContentDigest.Of(Encoding.UTF8.GetBytes($"{webhook}\n{payload}")).Hex[..32];

    private static JsonObject Payload(AliasAssignment assignment) => new()
    {
        ["type"] = "model.alias.changed",
        ["timestamp"] = assignment.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["data"] = new JsonObject
        {
            ["model"] = assignment.Model,
            ["alias"] = assignment.Alias,
            ["version"] = assignment.Version == 0 ? null : assignment.Version,
            ["previousVersion"] = assignment.PreviousVersion,
            ["generation"] = assignment.Generation,
            ["actor"] = assignment.Actor,
            ["reason"] = assignment.Reason,
            ["evidence"] = assignment.Evidence?.ToString(),
        },
    };
}
