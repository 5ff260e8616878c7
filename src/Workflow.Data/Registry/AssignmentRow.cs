using System.Text.Json.Nodes;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>A row of data_alias_assignments: a pure function of the audit entry that wrote it.</summary>
internal sealed record AssignmentRow
{
    public required string Model { get; init; }

    public required string Alias { get; init; }

    public required long Generation { get; init; }

    /// <summary>0 where the alias was taken away.</summary>
    public required long Version { get; init; }

    public required long? RollbackGeneration { get; init; }

    public required string Actor { get; init; }

    public required string Reason { get; init; }

    public required string? Evidence { get; init; }

    public required long At { get; init; }

    public static AssignmentRow From(MetadataRow row) => new()
    {
        Model = row.GetText(0),
        Alias = row.GetText(1),
        Generation = row.GetInt64(2),
        Version = row.GetInt64(3),
        RollbackGeneration = row.GetInt64OrNull(4),
        Actor = row.GetText(5),
        Reason = row.GetText(6),
        Evidence = row.GetTextOrNull(7),
        At = row.GetInt64(8),
    };

    public static AssignmentRow From(AuditRow entry, JsonNode details) => new()
    {
        Model = (string)details["model"]!,
        Alias = (string)details["alias"]!,
        Generation = (long)details["generation"]!,
        Version = (long)details["version"]!,
        RollbackGeneration = (long?)details["rollbackGeneration"],
        Actor = entry.Actor,
        Reason = (string)details["reason"]!,
        Evidence = (string?)details["evidence"],
        At = entry.At,
    };

    public JsonObject ToDetails() => new()
    {
        ["model"] = Model,
        ["alias"] = Alias,
        ["generation"] = Generation,
        ["version"] = Version,
        ["rollbackGeneration"] = RollbackGeneration,
        ["reason"] = Reason,
        ["evidence"] = Evidence,
    };

    public AliasAssignment ToAssignment(long? previousVersion, long? rollbackVersion) => new()
    {
        Model = Model,
        Alias = Alias,
        Version = Version,
        PreviousVersion = previousVersion is > 0 ? previousVersion : null,
        RollbackVersion = rollbackVersion,
        Generation = Generation,
        Actor = Actor,
        Reason = Reason,
        Evidence = Evidence is null ? null : ContentDigest.Parse(Evidence),
        At = MetadataTime.FromMicroseconds(At),
    };
}
