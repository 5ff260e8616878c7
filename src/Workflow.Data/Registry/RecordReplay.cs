using System.Text.Json.Nodes;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>Derives the records from the audit log, and compares them with the table. Used for one verification.</summary>
internal sealed class RecordReplay
{
    private readonly Dictionary<(string Kind, string Model, long Number, string Name), RegistryRecord> _records = [];

    /// <summary>Follows an entry.</summary>
    /// <returns>False where its action is unknown, or removes what is not there.</returns>
    public bool Follow(string action, JsonNode details)
    {
        if (RegistryRecord.From(action, details) is not { } record)
        {
            return false;
        }

        var key = (record.Kind, record.Model, record.Number, record.Name);
        if (RegistryRecord.IsRemoval(action))
        {
            return _records.Remove(key);
        }

        _records[key] = record;
        return true;
    }

    public async Task<AuditFault?> CompareAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var rows = await transaction.QueryAsync(
            $"SELECT kind, model, number, name, value FROM data_registry_records ORDER BY kind, model, number, name", RegistryRecord.From, cancellationToken).ConfigureAwait(false);
        var webhooks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (!_records.Remove((row.Kind, row.Model, row.Number, row.Name), out var derived))
            {
                return new AuditFault(null, $"The {Describe(row)} is in the registry but not in the log.");
            }

            if (row != derived)
            {
                return new AuditFault(null, $"The {Describe(row)} was edited: expected {derived}, got {row}.");
            }

            if (row.Kind == RegistryRecord.Webhook)
            {
                webhooks.Add(row.Name, (string)JsonNode.Parse(row.Value)!["target"]!);
            }
        }

        if (_records.Count > 0)
        {
            return new AuditFault(null, $"The log holds {string.Join(", ", _records.Values.Take(10).Select(Describe))}, which the registry lacks.");
        }

        return await CompareTargetsAsync(transaction, webhooks, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<AuditFault?> CompareTargetsAsync(MetadataTransaction transaction, Dictionary<string, string> webhooks, CancellationToken cancellationToken)
    {
        var targets = await transaction.QueryAsync(
            $"SELECT id, url FROM data_webhook_targets ORDER BY id", static row => (Id: row.GetText(0), Url: row.GetText(1)), cancellationToken).ConfigureAwait(false);
        foreach (var (id, url) in targets)
        {
            if (!webhooks.Remove(id, out var digest) || Webhooks.WebhookTarget.Digest(url).ToString() != digest)
            {
                return new AuditFault(null, $"The address of the webhook '{id}' is not the one in the log.");
            }
        }

        return webhooks.Count == 0 ? null : new AuditFault(null, $"The webhooks {string.Join(", ", webhooks.Keys.Order(StringComparer.Ordinal).Take(10))} have lost their addresses.");
    }

    private static string Describe(RegistryRecord record) =>
        $"{record.Kind} '{record.Name}' of {(record.Model.Length == 0 ? "the registry" : record.Number == 0 ? record.Model : $"{record.Model}/{record.Number}")}";
}
