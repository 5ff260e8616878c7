using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>One line of a <see cref="LineChart"/>, with an optional band. Immutable.</summary>
public sealed record ChartSeries
{
    /// <summary>Gets the name, for the legend.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the values, one for each position of the chart; NaN leaves a gap.</summary>
    public required ImmutableArray<double> Values { get; init; }

    /// <summary>Gets the lower edge of the band, or empty where there is none.</summary>
    public ImmutableArray<double> Lower { get; init; } = [];

    /// <summary>Gets the upper edge of the band, as many values as <see cref="Lower"/>.</summary>
    public ImmutableArray<double> Upper { get; init; } = [];
}
