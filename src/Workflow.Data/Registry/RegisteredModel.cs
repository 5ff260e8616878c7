using System.Collections.Immutable;

namespace Workflow.Data.Registry;

/// <summary>A model and where it stands. Immutable.</summary>
public sealed record RegisteredModel
{
    /// <summary>Gets the model's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the version with the highest number, which need not be the best or the one in use.</summary>
    public required ModelVersion Latest { get; init; }

    /// <summary>Gets who holds the model's aliases now, in order of alias.</summary>
    public required ImmutableArray<AliasAssignment> Aliases { get; init; }
}
