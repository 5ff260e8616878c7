using System.Collections.Immutable;
using Workflow.Data.Storage;

namespace Workflow.Features.Catalog;

/// <summary>One version of a definition, as it was applied. Immutable.</summary>
public sealed record RegisteredDefinition
{
    /// <summary>Gets what it is.</summary>
    public required DefinitionKind Kind { get; init; }

    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its number: 1, and one more with every change of meaning.</summary>
    public required long Version { get; init; }

    /// <summary>Gets the digest of its meaning.</summary>
    public required ContentDigest Digest { get; init; }

    /// <summary>Gets its meaning as canonical JSON.</summary>
    public required string CanonicalJson { get; init; }

    /// <summary>Gets the name of a view's entity; null for a service.</summary>
    public string? Entity { get; init; }

    /// <summary>Gets who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Gets how sensitive its values are, in the host's own words.</summary>
    public string? Sensitivity { get; init; }

    /// <summary>Gets what it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Gets who applied it.</summary>
    public required string Actor { get; init; }

    /// <summary>Gets when it was first applied.</summary>
    public required DateTimeOffset AppliedAt { get; init; }

    /// <summary>Gets a view's tags as they are now.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
