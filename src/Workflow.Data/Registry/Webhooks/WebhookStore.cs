using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>Who is told when aliases move, and the journal of what they were told.</summary>
/// <remarks>
/// Webhooks belong to the registry: adding and removing one is in the audit log, which has the digest of the address but neither the address
/// nor the secret. Safe for concurrent use by threads and processes.
/// </remarks>
public sealed class WebhookStore
{
    private readonly MetadataDatabase _database;
    private readonly WebhookOptions _options;

    /// <summary>Keeps webhooks beside the registry.</summary>
    /// <param name="database">The registry's database. Borrowed.</param>
    /// <param name="options">Which hosts are allowed and which secrets there are. Kept; not to be changed afterwards.</param>
    public WebhookStore(MetadataDatabase database, WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(options);
        WebhookOptionsValidator.Require(options);
        (_database, _options) = (database, options);
    }

    /// <summary>Adds a webhook. It is told of moves from now on.</summary>
    /// <param name="draft">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call adds nothing.</param>
    /// <exception cref="ArgumentException">The address may not be called, there is no such secret, or another webhook has the name.</exception>
    public async Task<Webhook> AddAsync(WebhookDraft draft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        RegistryNames.RequireAlias(draft.Name, nameof(draft));
        RegistryNames.RequireText(draft.Actor, 255, nameof(draft));
        ArgumentNullException.ThrowIfNull(draft.Url);
        if (draft.Model is not null)
        {
            RegistryNames.RequireModel(draft.Model, nameof(draft));
        }

        if (draft.Alias is not null)
        {
            RegistryNames.RequireAlias(draft.Alias, nameof(draft));
        }

        var problem = WebhookTarget.Problem(draft.Url, _options)
            ?? (_options.Secrets.ContainsKey(draft.Secret) ? null : $"There is no secret '{draft.Secret}' in Workflow:Data:Webhooks:Secrets.");
        if (problem is not null)
        {
            throw new ArgumentException($"The webhook '{draft.Name}' cannot be added. {problem}", nameof(draft));
        }

        var url = draft.Url;
        var value = new JsonObject
        {
            ["origin"] = WebhookTarget.Origin(url),
            ["target"] = WebhookTarget.Digest(url).ToString(),
            ["secret"] = draft.Secret,
            ["model"] = draft.Model,
            ["alias"] = draft.Alias,
        };
        var record = new RegistryRecord(RegistryRecord.Webhook, "", 0, draft.Name, Encoding.UTF8.GetString(CanonicalJson.Serialize(value)));
        var change = new RecordChange(AuditRow.AddWebhook, draft.Actor);
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        await _database.WriteAsync(
            async (transaction, token) =>
            {
                if (await RegistryRecords.GetAsync(transaction, record, token).ConfigureAwait(false) is { } other && other != record)
                {
                    throw new ArgumentException($"There is another webhook '{record.Name}', for {Webhook.From(other).Origin}: remove it first, or choose another name.", nameof(draft));
                }

                if (await RegistryRecords.ApplyAsync(transaction, record, change, token).ConfigureAwait(false))
                {
                    await transaction.ExecuteAsync($"INSERT INTO data_webhook_targets (id, url) VALUES ({record.Name}, {url})", token).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return Webhook.From(record);
    }

    /// <summary>Removes a webhook. What was not delivered by then is given up.</summary>
    /// <param name="name">The webhook's name.</param>
    /// <param name="actor">Who removes it. At most 255 characters.</param>
    /// <param name="cancellationToken">A cancelled call removes nothing.</param>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> RemoveAsync(string name, string actor, CancellationToken cancellationToken = default)
    {
        RegistryNames.RequireAlias(name, nameof(name));
        RegistryNames.RequireText(actor, 255, nameof(actor));
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.WriteAsync(
            async (transaction, token) =>
            {
                var record = new RegistryRecord(RegistryRecord.Webhook, "", 0, name, "");
                if (!await RegistryRecords.ApplyAsync(transaction, record, new RecordChange(AuditRow.RemoveWebhook, actor), token).ConfigureAwait(false))
                {
                    return false;
                }

                await transaction.ExecuteAsync($"DELETE FROM data_webhook_targets WHERE id = {name}", token).ConfigureAwait(false);
                await transaction.ExecuteAsync(
                    $"""
                    UPDATE data_webhook_deliveries SET status = {nameof(WebhookDeliveryStatus.Failed)}, ended_at = {transaction.Now}, problem = 'The webhook was removed.'
                    WHERE webhook = {name} AND status = {nameof(WebhookDeliveryStatus.Pending)}
                    """,
                    token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the webhooks, in order of name.</summary>
    /// <param name="cancellationToken">Observed between rows.</param>
    public async Task<ImmutableArray<Webhook>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        var records = await _database.ReadAsync((transaction, token) => RegistryRecords.ListAsync(transaction, RegistryRecord.Webhook, token), cancellationToken).ConfigureAwait(false);
        return [.. records.Select(Webhook.From)];
    }

    /// <summary>Lists deliveries, the newest first.</summary>
    /// <param name="status">Only those that stand so; null for all.</param>
    /// <param name="limit">The most wanted. Default 100; from 1 to 10,000.</param>
    /// <param name="cancellationToken">Observed between rows.</param>
    public async Task<ImmutableArray<WebhookDelivery>> ListDeliveriesAsync(WebhookDeliveryStatus? status = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        var (wanted, any) = (status?.ToString() ?? "", status is null ? 1L : 0L);
        return await _database.ReadAsync(
            (transaction, token) => transaction.QueryAsync(
                $"""
                SELECT id, webhook, payload, status, attempts, next_attempt_at, created_at, ended_at, http_status, problem FROM data_webhook_deliveries
                WHERE {any} = 1 OR status = {wanted} ORDER BY created_at DESC, id LIMIT {(long)limit}
                """,
                WebhookDelivery.From,
                token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a delivery that was given up, or any other, tried again from the start.</summary>
    /// <param name="id">The delivery's id, which stays.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>Whether there is such a delivery.</returns>
    public async Task<bool> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.WriteAsync(
            (transaction, token) => transaction.ExecuteAsync(
                $"""
                UPDATE data_webhook_deliveries SET status = {nameof(WebhookDeliveryStatus.Pending)}, attempts = 0, next_attempt_at = {transaction.Now}, ended_at = NULL
                WHERE id = {id}
                """,
                token),
            cancellationToken).ConfigureAwait(false) == 1;
    }
}
