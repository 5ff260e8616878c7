using System.Collections.Immutable;

namespace Workflow.Data.Registry;

/// <summary>A version that a search found. Immutable.</summary>
public sealed record ModelSearchHit
{
    /// <summary>Gets the version.</summary>
    public required ModelVersion Version { get; init; }

    /// <summary>Gets the aliases that it holds, in order.</summary>
    public required ImmutableArray<string> Aliases { get; init; }

    /// <summary>Gets its own tags, without the model's.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }

    /// <summary>Gets the stage that these stand for.</summary>
    public required ModelStage Stage { get; init; }
}
