using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>A row of data_model_versions: a pure function of the audit entry that registered it.</summary>
internal sealed record VersionRow
{
    public required string Model { get; init; }

    public required long Number { get; init; }

    public required string Artifact { get; init; }

    public required string Format { get; init; }

    public required string Signature { get; init; }

    public required string RunId { get; init; }

    public required string Facts { get; init; }

    public required string CreatedBy { get; init; }

    public required long CreatedAt { get; init; }

    public static VersionRow From(MetadataRow row) => new()
    {
        Model = row.GetText(0),
        Number = row.GetInt64(1),
        Artifact = row.GetText(2),
        Format = row.GetText(3),
        Signature = row.GetText(4),
        RunId = row.GetText(5),
        Facts = row.GetText(6),
        CreatedBy = row.GetText(7),
        CreatedAt = row.GetInt64(8),
    };

    public static VersionRow From(AuditRow entry, JsonNode details) => new()
    {
        Model = (string)details["model"]!,
        Number = (long)details["version"]!,
        Artifact = (string)details["artifact"]!,
        Format = (string)details["format"]!,
        Signature = (string)details["signature"]!,
        RunId = (string)details["run"]!,
        Facts = Encoding.UTF8.GetString(CanonicalJson.Serialize(details["facts"])),
        CreatedBy = entry.Actor,
        CreatedAt = entry.At,
    };

    public JsonObject ToDetails() => new()
    {
        ["model"] = Model,
        ["version"] = Number,
        ["artifact"] = Artifact,
        ["format"] = Format,
        ["signature"] = Signature,
        ["run"] = RunId,
        ["facts"] = JsonNode.Parse(Facts),
    };

    public ModelVersion ToVersion() => new()
    {
        Name = Model,
        Number = Number,
        Artifact = ContentDigest.Parse(Artifact),
        Format = Format,
        Signature = SignatureJson.Read(Signature),
        RunId = RunId.Length == 0 ? null : RunId,
        Facts = JsonNode.Parse(Facts)!.AsObject().ToImmutableSortedDictionary(f => f.Key, f => (string)f.Value!, StringComparer.Ordinal),
        CreatedBy = CreatedBy,
        CreatedAt = MetadataTime.FromMicroseconds(CreatedAt),
    };
}
