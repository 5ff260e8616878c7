namespace Workflow.Features.Catalog;

/// <summary>The file that a definition was last applied from. Immutable.</summary>
/// <param name="Content">Its text then.</param>
/// <param name="Folder">Its folder then.</param>
public sealed record AppliedFile(string Content, string Folder);
