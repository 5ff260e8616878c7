namespace Workflow.Data.Lineage;

/// <summary>Something that can be referred to. Immutable.</summary>
/// <param name="Kind">What it is: <c>dataset</c>, <c>feature-view</c>, <c>run</c>, <c>model</c>, <c>gate</c> … (<see cref="LineageKinds"/>); at most 64 bytes of UTF-8.</param>
/// <param name="Id">Which one: a digest, a run's id, <c>delay/3</c>; at most 512 bytes of UTF-8.</param>
public readonly record struct LineageNode(string Kind, string Id)
{
    /// <summary>Writes <c>kind:id</c>.</summary>
    public override string ToString() => $"{Kind}:{Id}";
}
