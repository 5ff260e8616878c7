
namespace Workflow.Features.Catalog;

/// <summary>A file of definitions to apply. Immutable.</summary>
/// <param name="Content">The file's text: kept, so that what was applied can be read again.</param>
/// <param name="Path">The file's full path: the sources' relative paths are relative to its folder.</param>
/// <param name="Actor">Who applies it.</param>
public sealed record DefinitionOrder(string Content, string Path, string Actor);
