namespace Workflow.Features.Catalog;

/// <summary>What definitions to find: all conditions hold at once. Immutable.</summary>
public sealed record DefinitionSearch
{
    /// <summary>Gets a part of the name, the description or a feature's name, whatever its case; null for any.</summary>
    public string? Text { get; init; }

    /// <summary>Gets a tag; null for any.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the tag's value; null for any.</summary>
    public string? TagValue { get; init; }

    /// <summary>Gets the owner; null for any.</summary>
    public string? Owner { get; init; }

    /// <summary>Gets the entity's name; null for any.</summary>
    public string? Entity { get; init; }
}
