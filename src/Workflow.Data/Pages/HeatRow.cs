using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>One row of a <see cref="HeatStrip"/>. Immutable.</summary>
public sealed record HeatRow
{
    /// <summary>Gets the row's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the values, one for each column; NaN leaves the cell empty.</summary>
    public required ImmutableArray<double> Values { get; init; }

    /// <summary>Gets the columns whose cell is marked.</summary>
    public ImmutableArray<int> Marked { get; init; } = [];
}
