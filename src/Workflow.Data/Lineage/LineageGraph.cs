using System.Collections.Immutable;

namespace Workflow.Data.Lineage;

/// <summary>What led to a thing, or what came of it. Immutable.</summary>
public sealed record LineageGraph
{
    /// <summary>Gets the thing that was asked about.</summary>
    public required LineageNode Root { get; init; }

    /// <summary>Gets every thing that was reached, the root included, in order of kind and id.</summary>
    public required ImmutableArray<LineageNode> Nodes { get; init; }

    /// <summary>Gets the edges on the way, in order of moment, then of their ends and relation.</summary>
    public required ImmutableArray<LineageEdge> Edges { get; init; }
}
