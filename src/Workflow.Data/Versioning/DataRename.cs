using System.Text.Json.Serialization;

namespace Workflow.Data.Versioning;

/// <summary>A path that went away while another of the same content appeared.</summary>
public sealed record DataRename
{
    /// <summary>Gets the path before; a folder ends in <c>/</c>.</summary>
    [JsonPropertyName("old")]
    public required string Old { get; init; }

    /// <summary>Gets the path after; a folder ends in <c>/</c>.</summary>
    [JsonPropertyName("new")]
    public required string New { get; init; }
}
