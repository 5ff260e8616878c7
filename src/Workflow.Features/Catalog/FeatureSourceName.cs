namespace Workflow.Features.Catalog;

/// <summary>A source that a host has bound; the table is a keyed service of that name.</summary>
internal sealed record FeatureSourceName(string Name);
