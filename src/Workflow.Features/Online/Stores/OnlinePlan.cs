using System.Collections.Immutable;

namespace Workflow.Features.Online.Stores;

/// <summary>What is read again and again: a store may prepare for it once and keep what it prepared by the plan's identity. Immutable.</summary>
public sealed class OnlinePlan
{
    /// <summary>Makes a plan.</summary>
    /// <param name="tables">What is wanted of each table, each at most once.</param>
    public OnlinePlan(ImmutableArray<OnlineTableRead> tables) => Tables = tables;

    /// <summary>Gets what is wanted of each table.</summary>
    public ImmutableArray<OnlineTableRead> Tables { get; }
}
