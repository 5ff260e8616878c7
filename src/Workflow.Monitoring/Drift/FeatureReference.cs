using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Monitoring.Drift;

/// <summary>The bins of one feature and how many reference rows fell into each. Immutable.</summary>
public sealed record FeatureReference
{
    /// <summary>Gets the feature's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how values are put into bins.</summary>
    public required FeatureKind Kind { get; init; }

    /// <summary>Gets the ascending, finite edges of a numeric feature: bin <c>i</c> holds <c>edges[i-1] &lt; v &lt;= edges[i]</c>, the ends are open.</summary>
    public ImmutableArray<double> Edges { get; init; } = [];

    /// <summary>Gets the categories that have bins of their own, most frequent first.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>
    /// Gets the number of reference rows in each bin. Numeric: the bins between edges, then NaN and infinities, then null.
    /// Category: the categories, then all others (rare or never seen), then null.
    /// </summary>
    public required ImmutableArray<long> Counts { get; init; }

    /// <summary>Names a bin for people.</summary>
    /// <param name="bin">From 0 to the length of <see cref="Counts"/> less 1.</param>
    public string LabelOf(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bin, Counts.Length);
        if (bin == Counts.Length - 1)
        {
            return "null";
        }

        if (Kind is FeatureKind.Category)
        {
            return bin < Categories.Length ? Categories[bin] : "other or unseen";
        }

        return bin == Edges.Length + 1 ? "NaN or infinite"
            : Edges.IsEmpty ? "any number"
            : bin == 0 ? $"<= {Text(Edges[0])}"
            : bin == Edges.Length ? $"> {Text(Edges[^1])}"
            : Math.BitIncrement(Edges[bin - 1]) == Edges[bin] ? $"= {Text(Edges[bin])}"
            : $"{Text(Edges[bin - 1])} to {Text(Edges[bin])}";
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
