using System.Collections.Immutable;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>The dispatcher's statements. Each is one transaction; a crash between any two lets a claim run out, and the delivery is tried again.</summary>
internal sealed class WebhookJournal(MetadataDatabase database, WebhookOptions options)
{
    // Long enough for the attempt and for writing down how it went.
    private TimeSpan ClaimTime => options.Timeout + TimeSpan.FromSeconds(30);

    public async Task<ImmutableArray<WebhookClaim>> ClaimAsync(int most, CancellationToken cancellationToken)
    {
        await database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        var isDue = await database.ReadAsync(
            static (transaction, token) => transaction.QuerySingleAsync(
                $"SELECT count(*) FROM data_webhook_deliveries WHERE status = {nameof(WebhookDeliveryStatus.Pending)} AND next_attempt_at <= {transaction.Now}", static row => row.GetInt64(0), token),
            cancellationToken).ConfigureAwait(false) > 0;
        return !isDue ? [] : await database.WriteAsync(
            (transaction, token) => transaction.QueryAsync(
                $"""
                UPDATE data_webhook_deliveries SET attempts = attempts + 1, next_attempt_at = {transaction.Now + ClaimTime}
                WHERE id IN (
                    SELECT id FROM data_webhook_deliveries WHERE status = {nameof(WebhookDeliveryStatus.Pending)} AND next_attempt_at <= {transaction.Now}
                    ORDER BY next_attempt_at, created_at, id LIMIT {(long)most})
                RETURNING id, webhook, payload, attempts
                """,
                static row => new WebhookClaim(row.GetText(0), row.GetText(1), row.GetText(2), row.GetInt64(3)),
                token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads webhook and address as they are now; null where the webhook was removed.</summary>
    public async Task<(Webhook Webhook, string Url)?> TargetAsync(WebhookClaim claim, CancellationToken cancellationToken) =>
        await database.ReadAsync<(Webhook, string)?>(
            async (transaction, token) =>
            {
                var record = await RegistryRecords.GetAsync(transaction, new RegistryRecord(RegistryRecord.Webhook, "", 0, claim.Webhook, ""), token).ConfigureAwait(false);
                var url = await transaction.QuerySingleAsync($"SELECT url FROM data_webhook_targets WHERE id = {claim.Webhook}", static row => row.GetText(0), token).ConfigureAwait(false);
                return record is null || url is null ? null : (Webhook.From(record), url);
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Writes down how an attempt went, unless the claim ran out and somebody else has begun another.</summary>
    public Task RecordAsync(WebhookClaim claim, WebhookOutcome outcome, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => transaction.ExecuteAsync(
            $"""
            UPDATE data_webhook_deliveries SET status = {outcome.Status.ToString()}, next_attempt_at = {transaction.Now + outcome.Pause},
                ended_at = {(outcome.Status is WebhookDeliveryStatus.Pending ? null : transaction.Now)}, http_status = {outcome.HttpStatus}, problem = {outcome.Problem}
            WHERE id = {claim.Id} AND attempts = {claim.Attempt} AND status = {nameof(WebhookDeliveryStatus.Pending)}
            """,
            token),
        cancellationToken);

    /// <summary>Forgets what ended long ago.</summary>
    public Task PruneAsync(CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => transaction.ExecuteAsync(
            $"DELETE FROM data_webhook_deliveries WHERE status <> {nameof(WebhookDeliveryStatus.Pending)} AND ended_at < {transaction.Now - options.Retention}", token),
        cancellationToken);
}
