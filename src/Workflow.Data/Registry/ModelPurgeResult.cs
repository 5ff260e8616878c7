using System.Collections.Immutable;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>What a purge did. Immutable.</summary>
public sealed record ModelPurgeResult
{
    /// <summary>Gets the versions that cannot be brought back any more, as <c>delay/3</c>.</summary>
    public required ImmutableArray<string> Versions { get; init; }

    /// <summary>Gets the artifacts that left the object store.</summary>
    public required ImmutableArray<ContentDigest> Removed { get; init; }

    /// <summary>Gets the artifacts that stay, because they were stored again lately or another version has them; the former are tried again next time.</summary>
    public required ImmutableArray<ContentDigest> Kept { get; init; }
}
