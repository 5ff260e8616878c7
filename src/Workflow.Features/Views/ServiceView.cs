using System.Collections.Immutable;

namespace Workflow.Features.Views;

/// <summary>The features that a service takes from one view. Immutable.</summary>
/// <param name="View">The view.</param>
/// <param name="Features">Some or all of its features, in the service's order.</param>
public sealed record ServiceView(FeatureView View, ImmutableArray<WindowedFeature> Features)
{
    /// <summary>Gives a feature's output column: <c>view.feature</c>.</summary>
    /// <param name="feature">One of <see cref="Features"/>.</param>
    public string ColumnOf(WindowedFeature feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return $"{View.Name}.{feature.Name}";
    }
}
