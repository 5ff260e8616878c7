namespace Workflow.Features.Catalog;

/// <summary>A service's use of one feature. Immutable.</summary>
/// <param name="Service">The service.</param>
/// <param name="View">The feature's view.</param>
/// <param name="Feature">The feature.</param>
public sealed record FeatureUse(string Service, string View, string Feature);
