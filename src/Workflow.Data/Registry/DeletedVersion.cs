using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>A version that was deleted. Immutable.</summary>
public sealed record DeletedVersion
{
    /// <summary>Gets the model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the version's number, which no other version ever gets.</summary>
    public required long Version { get; init; }

    /// <summary>Gets who deleted it.</summary>
    public required string Actor { get; init; }

    /// <summary>Gets why.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets when it was deleted: UTC, whole microseconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets whether it was purged, too: it cannot be brought back.</summary>
    public required bool IsPurged { get; init; }

    internal RegistryRecord ToRecord()
    {
        var value = new JsonObject { ["actor"] = Actor, ["reason"] = Reason, ["at"] = MetadataTime.ToMicroseconds(At), ["purged"] = IsPurged };
        return new RegistryRecord(RegistryRecord.Deletion, Model, Version, "", Encoding.UTF8.GetString(CanonicalJson.Serialize(value)));
    }

    internal static DeletedVersion From(RegistryRecord record)
    {
        var value = JsonNode.Parse(record.Value)!;
        return new DeletedVersion
        {
            Model = record.Model,
            Version = record.Number,
            Actor = (string)value["actor"]!,
            Reason = (string)value["reason"]!,
            At = MetadataTime.FromMicroseconds((long)value["at"]!),
            IsPurged = (bool)value["purged"]!,
        };
    }
}
