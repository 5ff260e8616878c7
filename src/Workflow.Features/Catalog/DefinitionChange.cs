namespace Workflow.Features.Catalog;

/// <summary>What applying did to one definition. Immutable.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that holds now.</param>
/// <param name="IsNew">Whether the version is new: the meaning changed, or the name did not exist.</param>
public sealed record DefinitionChange(DefinitionKind Kind, string Name, long Version, bool IsNew);
