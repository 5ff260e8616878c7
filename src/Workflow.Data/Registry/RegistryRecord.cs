using System.Text.Json.Nodes;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>A row of data_registry_records: a pure function of the last audit entry about it.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Model">The model; empty where the record is about none.</param>
/// <param name="Number">The version; 0 where the record is about the model.</param>
/// <param name="Name">The tag, alias or webhook; empty for a deletion.</param>
/// <param name="Value">What is recorded; empty where it is enough that there is a record.</param>
internal sealed record RegistryRecord(string Kind, string Model, long Number, string Name, string Value)
{
    public const string Tag = "tag";
    public const string ProtectedAlias = "protected-alias";
    public const string Deletion = "deletion";
    public const string Webhook = "webhook";

    public static RegistryRecord From(MetadataRow row) => new(row.GetText(0), row.GetText(1), row.GetInt64(2), row.GetText(3), row.GetText(4));

    /// <summary>Reads what an entry of the audit log set or removed; null where its action is none of ours.</summary>
    public static RegistryRecord? From(string action, JsonNode details) => KindOf(action) is not { } kind
        ? null
        : new RegistryRecord(kind, (string)details["model"]!, (long)details["version"]!, (string)details["name"]!, (string?)details["value"] ?? "");

    /// <summary>Tells whether an action takes a record away.</summary>
    public static bool IsRemoval(string action) =>
        action is AuditRow.RemoveTag or AuditRow.UnprotectAlias or AuditRow.RestoreVersion or AuditRow.RemoveWebhook;

    public JsonObject ToDetails(string action, string? reason)
    {
        var details = new JsonObject { ["model"] = Model, ["version"] = Number, ["name"] = Name };
        if (!IsRemoval(action))
        {
            details["value"] = Value;
        }

        if (reason is not null)
        {
            details["reason"] = reason;
        }

        return details;
    }

    private static string? KindOf(string action) => action switch
    {
        AuditRow.SetTag or AuditRow.RemoveTag => Tag,
        AuditRow.ProtectAlias or AuditRow.UnprotectAlias => ProtectedAlias,
        AuditRow.DeleteVersion or AuditRow.RestoreVersion or AuditRow.PurgeVersion => Deletion,
        AuditRow.AddWebhook or AuditRow.RemoveWebhook => Webhook,
        _ => null,
    };
}
