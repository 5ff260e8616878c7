using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>A row of data_audit_entries as it is stored, perhaps by a forger.</summary>
internal sealed record AuditRow
{
    public const string Register = "register";
    public const string SetAlias = "set-alias";
    public const string RollbackAlias = "rollback-alias";
    public const string RemoveAlias = "remove-alias";
    public const string SetTag = "set-tag";
    public const string RemoveTag = "remove-tag";
    public const string ProtectAlias = "protect-alias";
    public const string UnprotectAlias = "unprotect-alias";
    public const string DeleteVersion = "delete-version";
    public const string RestoreVersion = "restore-version";
    public const string PurgeVersion = "purge-version";
    public const string AddWebhook = "add-webhook";
    public const string RemoveWebhook = "remove-webhook";

    public required long Sequence { get; init; }

    public required long At { get; init; }

    public required string Actor { get; init; }

    public required string Action { get; init; }

    public required string Details { get; init; }

    public required string PreviousHash { get; init; }

    public string Hash { get; init; } = "";

    public static AuditRow From(MetadataRow row) => new()
    {
        Sequence = row.GetInt64(0),
        At = row.GetInt64(1),
        Actor = row.GetText(2),
        Action = row.GetText(3),
        Details = row.GetText(4),
        PreviousHash = row.GetText(5),
        Hash = row.GetText(6),
    };

    // Details enter as text: what is hashed is what is stored, whatever a parser makes of it.
    public string ComputeHash() => CanonicalJson.Digest(new JsonArray(Sequence, At, Actor, Action, Details, PreviousHash)).ToString();

    public AuditEntry ToEntry() => new()
    {
        Sequence = Sequence,
        At = MetadataTime.FromMicroseconds(At),
        Actor = Actor,
        Action = Action,
        Details = Details,
        PreviousHash = ContentDigest.Parse(PreviousHash),
        Hash = ContentDigest.Parse(Hash),
    };
}
