namespace Workflow.Features.Views;

/// <summary>One key column of an entity. Immutable.</summary>
/// <param name="Name">The column's name, in sources and in label tables.</param>
/// <param name="Type">The column's type.</param>
public sealed record EntityKey(string Name, EntityKeyType Type = EntityKeyType.String);
