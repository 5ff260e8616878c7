using System.Collections.Immutable;

namespace Workflow.Features.Views;

/// <summary>The features that a service takes from one view. Immutable.</summary>
/// <param name="View">The view.</param>
/// <param name="Features">Some or all of its features, in the service's order.</param>
public sealed record ServiceView(FeatureView View, ImmutableArray<WindowedFeature> Features)
{
    /// <summary>Gets the columns of the newest row that the service takes, in the service's order.</summary>
    public ImmutableArray<LatestFeature> Latest { get; init; } = [];

    /// <summary>Gets the names of what the service takes, aggregates and columns of the newest row, in the service's order.</summary>
    public ImmutableArray<string> Names { get; init; } = [.. Features.Select(static f => f.Name)];

    /// <summary>Gives a feature's output column: <c>view.feature</c>.</summary>
    /// <param name="feature">One of <see cref="Names"/>.</param>
    public string ColumnOf(string feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return $"{View.Name}.{feature}";
    }
}
