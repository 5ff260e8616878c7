using System.Collections.Immutable;
using Workflow.Data.Registry;

namespace Workflow.Data.Lineage;

/// <summary>What a thing has led to, and what of that is in use now. Immutable.</summary>
public sealed record LineageImpact
{
    /// <summary>Gets the versions of models that came of it, as <c>delay/3</c>, in order.</summary>
    public required ImmutableArray<string> Models { get; init; }

    /// <summary>Gets the aliases that point at one of them now, in order of model and alias.</summary>
    public required ImmutableArray<AliasAssignment> Live { get; init; }

    /// <summary>Gets the whole graph.</summary>
    public required LineageGraph Graph { get; init; }
}
