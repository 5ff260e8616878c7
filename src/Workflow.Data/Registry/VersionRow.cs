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
    private const int MaxFacts = 1000;

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

    public static VersionRow From(ModelVersionDraft draft)
    {
        RegistryNames.RequireModel(draft.Name, nameof(draft));
        RegistryNames.RequireText(draft.Format, 64, nameof(draft));
        RegistryNames.RequireText(draft.CreatedBy, 255, nameof(draft));
        if (draft.RunId is not null)
        {
            RegistryNames.RequireText(draft.RunId, 255, nameof(draft));
        }

        if (draft.Artifact == default)
        {
            throw new ArgumentException($"The draft of '{draft.Name}' has no artifact: store the model file and give its digest.", nameof(draft));
        }

        if (draft.Facts.Count > MaxFacts)
        {
            throw new ArgumentException($"The draft of '{draft.Name}' has {draft.Facts.Count} facts, expected at most {MaxFacts}.", nameof(draft));
        }

        var facts = new JsonObject();
        foreach (var (name, value) in draft.Facts)
        {
            RegistryNames.RequireText(name, 250, nameof(draft));
            if (value is null || value.Length > 100_000)
            {
                throw new ArgumentException($"The fact '{name}' of '{draft.Name}' has {value?.Length.ToString() ?? "no"} characters, expected at most 100000.", nameof(draft));
            }

            facts.Add(name, value);
        }

        return new VersionRow
        {
            Model = draft.Name,
            Number = 0,
            Artifact = draft.Artifact.ToString(),
            Format = draft.Format,
            Signature = SignatureJson.Write(draft.Signature),
            RunId = draft.RunId ?? "",
            Facts = Encoding.UTF8.GetString(CanonicalJson.Serialize(facts)),
            CreatedBy = draft.CreatedBy,
            CreatedAt = 0,
        };
    }

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

    /// <summary>The canonical form of a version, for its digest.</summary>
    public static string Describe(ModelVersion version) => Encoding.UTF8.GetString(CanonicalJson.Serialize(new VersionRow
    {
        Model = version.Name,
        Number = version.Number,
        Artifact = version.Artifact.ToString(),
        Format = version.Format,
        Signature = SignatureJson.Write(version.Signature),
        RunId = version.RunId ?? "",
        Facts = new JsonObject(version.Facts.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))).ToJsonString(),
        CreatedBy = version.CreatedBy,
        CreatedAt = MetadataTime.ToMicroseconds(version.CreatedAt),
    }.ToDetails()));

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
